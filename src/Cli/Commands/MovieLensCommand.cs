using System.CommandLine;
using FastDPMeta.Cli.Recommendation;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Commands;

/// <summary><c>fastdpmeta train movielens</c>: personalised recommendation from a few known ratings, each person a task.</summary>
internal sealed class MovieLensCommand
{
    internal const string Name = RecommendOptions.Task;

    internal const string Examples =
        """
          fastdpmeta train movielens                                      ε = 8 for each person, beside its baselines
          fastdpmeta train movielens --epsilon none                       without privacy
          fastdpmeta train movielens --goal choices                       which movies, beside popularity
          fastdpmeta train movielens --embedding 8                        against the planner's advice
          fastdpmeta train movielens --recipe recipes/movielens/ratings-private.json --data folder --json
        """;

    private const string Help =
        "Learns to predict a person's ratings of movies from 0, 1, 5 or 10 known ones, private for each person with everything ever rated, and prints a table beside the bias model. "
        + "Reads movies.csv and ratings.csv (GroupLens, ml-latest-small; downloaded once, 1 MB). Neither age nor sex nor zip code is used.";

    private readonly Option<string?> _recipe = new("--recipe") { HelpName = "file", Description = "A JSON file of these options; what is given besides goes before. Those checked in lie in recipes." };
    private readonly Option<string?> _goal = new("--goal") { HelpName = "name", Description = "ratings (root mean squared error) or choices (hit rate of the first ten). Default: ratings." };
    private readonly Option<string?> _epsilon = new("--epsilon") { HelpName = "X", Description = "Privacy budget ε of all that is released, or none. Default: 8." };
    private readonly Option<double?> _delta = NumberOption.Create("--delta", "X", "Privacy budget δ; keep it well below 1 / people. Default: 1e-05.", Ranges.OpenUnit("1e-5"));
    private readonly Option<int?> _embedding = NumberOption.Create("--embedding", "N", "Learned numbers a movie; 0 learns a head over public features alone. Default: 0; 8 without privacy.", Ranges.AtLeast(0, "8"));
    private readonly Option<int?> _rounds = NumberOption.Create("--rounds", "N", "Rounds of training.", Ranges.AtLeast(1, "40"));
    private readonly Option<int?> _lot = NumberOption.Create("--lot", "N", "People a round takes on average; 0 takes everybody.", Ranges.AtLeast(0, "100"));
    private readonly Option<double?> _rate = NumberOption.Create("--rate", "X", "Learning rate of the first round; falls to a tenth.", Ranges.Positive("0.3"));
    private readonly Option<double?> _clip = NumberOption.Create("--clip", "X", "Longest gradient of one person.", Ranges.Positive("1"));
    private readonly Option<double?> _offsetShare = NumberOption.Create<double>(
        "--offset-share", "X", "Share of the budget, in 1/σ², of the release of movies' offsets; 0 learns offsets by gradients.", new("a number of at least 0 and below 1", "0.5", value => value is >= 0 and < 1));

    private readonly Option<double?> _offsetClip = NumberOption.Create("--offset-clip", "X", "Longest contribution of one person to that release.", Ranges.Positive("3"));
    private readonly Option<int?> _draws = NumberOption.Create("--draws", "N", "Random supports that everything is measured on. Default: 20.", Ranges.AtLeast(1, "20"));
    private readonly Option<bool> _validation = new("--validation") { Description = "Measure on the people that settings are chosen by." };
    private readonly Option<ulong?> _seed = NumberOption.Create<ulong>("--seed", "N", "Decides draws and first weights, never the privacy noise. Default: 1.", new("a whole number of at least 0", "1", _ => true));
    private readonly Option<bool?> _twin = new("--twin") { HelpName = "true|false", Description = "Also train what a private run is compared with. Default: true." };
    private readonly Option<string> _device = new("--device") { HelpName = "name", Description = "best, or a name that 'fastdpmeta devices' lists.", DefaultValueFactory = _ => "best" };
    private readonly Option<int?> _threads = NumberOption.Create("--threads", "N", "Worker threads on the CPU; 0 takes one per core. Default: 0.", Ranges.AtLeast(0, "2"));
    private readonly Option<string?> _data = new("--data") { HelpName = "folder", Description = "Where the data lies. Default: the cache, filled by a download." };
    private readonly Option<string?> _output = new("--out") { HelpName = "folder", Description = "Where model, report.json and ledger go. Default: the next free name under runs." };
    private readonly Option<bool> _json = new("--json") { Description = "End standard output with one line of JSON." };
    private readonly Option<bool> _force = new("--force") { Description = "Replace the run in --out." };
    private readonly RecommendRunner _runner;
    private readonly Screen _screen;

    private MovieLensCommand(Screen screen, TimeProvider time) => (_screen, _runner) = (screen, new RecommendRunner(time));

    internal static Command Create(Screen screen, TimeProvider time, CancellationToken stop)
    {
        MovieLensCommand command = new(screen, time);
        Command train = new(Name, Help)
        {
            command._recipe, command._goal, command._epsilon, command._delta, command._embedding, command._rounds, command._lot, command._rate, command._clip, command._offsetShare, command._offsetClip,
            command._draws, command._validation, command._seed, command._twin, command._device, command._threads, command._data, command._output, command._json, command._force,
        };
        train.SetAction(parsed =>
        {
            using Interruption interruption = new(screen.Error);
            using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token, stop);
            return command.Run(parsed, time, both.Token);
        });
        return train;
    }

    /// <summary>What is asked for: the recipe or the defaults, and over them what the command line says.</summary>
    /// <exception cref="CommandException">A value is wrong.</exception>
    internal RecommendOptions Read(ParseResult parsed)
    {
        RecommendOptions? recipe = parsed.GetValue(_recipe) is { } file ? RecommendOptions.Recipe.Read(file) : null;
        RecommendGoal goal = Goal(parsed.GetValue(_goal)) ?? recipe?.Goal ?? RecommendGoal.Ratings;
        if (recipe is not null && recipe.Goal != goal)
        {
            throw new CommandException($"--goal {SummaryJson.Name(goal)}: the recipe is for {SummaryJson.Name(recipe.Goal)}. Leave one of them out.", ExitCode.Usage);
        }

        string? text = parsed.GetValue(_epsilon);
        double? epsilon = text is null ? (recipe ?? RecommendDefaults.Private).Epsilon : Epsilon(text);
        RecommendOptions basis = recipe ?? RecommendDefaults.For(goal, epsilon is not null);
        RecommendOptions options = basis with
        {
            Epsilon = epsilon,
            Delta = parsed.GetValue(_delta) ?? basis.Delta,
            Embedding = parsed.GetValue(_embedding) ?? basis.Embedding,
            Rounds = parsed.GetValue(_rounds) ?? basis.Rounds,
            Lot = parsed.GetValue(_lot) ?? basis.Lot,
            Rate = parsed.GetValue(_rate) ?? basis.Rate,
            Clip = parsed.GetValue(_clip) ?? basis.Clip,
            OffsetShare = parsed.GetValue(_offsetShare) ?? basis.OffsetShare,
            OffsetClip = parsed.GetValue(_offsetClip) ?? basis.OffsetClip,
            Draws = parsed.GetValue(_draws) ?? basis.Draws,
            Validation = parsed.GetValue(_validation) || basis.Validation,
            Seed = parsed.GetValue(_seed) ?? basis.Seed,
            Twin = parsed.GetValue(_twin) ?? basis.Twin,
        };
        RecommendChecks.Check(options);
        return options;
    }

    private int Run(ParseResult parsed, TimeProvider time, CancellationToken cancellationToken)
    {
        RecommendOptions options = Read(parsed);
        RunSettings settings = new(
            parsed.GetValue(_device)!, parsed.GetValue(_threads) ?? 0, parsed.GetValue(_data), parsed.GetValue(_output) ?? RunFolder.NextFree(Name), parsed.GetValue(_json), Resume: false,
            parsed.GetValue(_force));
        using RunFolder folder = RunFolder.Open(settings.OutputFolder, resume: false, settings.Force);
        folder.WriteWhole(Path.GetFileName(folder.OptionsPath), RecommendOptions.Recipe.Write(options));
        RecommendResult result = LiveProgress.Show(
            _screen.Console, _screen.Output, _screen.Interactive, time, view => _runner.Run(options, settings, folder, view, cancellationToken));
        folder.WriteWhole(ReportJson.FileName, RecommendJson.Report(options, result));
        folder.Commit();
        RecommendTable.Print(_screen.Console, options, result, folder.FinalPath);
        if (settings.Json)
        {
            _screen.Output.WriteLine(RecommendJson.Line(options, result));
        }

        return ExitCode.Success;
    }

    private static RecommendGoal? Goal(string? text) => text is null ? null
        : Enum.GetValues<RecommendGoal>().Cast<RecommendGoal?>().FirstOrDefault(goal => SummaryJson.Name(goal!.Value) == text)
            ?? throw new CommandException($"--goal: there is no '{text}'. Choose one of ratings, choices.", ExitCode.Usage);

    private static double? Epsilon(string text) => text is "none" or "inf" or "infinity" or "∞" ? null
        : double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out double value) && value > 0 && double.IsFinite(value) ? value
        : throw new CommandException($"--epsilon: must be a finite number above 0, or none; got '{text}'. Give a value such as 8.", ExitCode.Usage);
}

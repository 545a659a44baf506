using System.CommandLine;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Roles;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Commands;

/// <summary>The options of <c>train shakespeare</c>; what is not given is the recipe's, or the usual value.</summary>
internal sealed class ShakespeareOptions
{
    private static readonly RoleOptions Usual = new();

    private readonly Option<string?> _recipe = new("--recipe") { HelpName = "file", Description = "A JSON file of options, each under its name here without dashes. What the command line says goes before." };
    private readonly Option<string?> _learner = new("--learner") { HelpName = "name", Description = $"fomaml, maml (second order), reptile, anil or joint. Default: {SummaryJson.Name(Usual.Learner)}." };
    private readonly Option<int?> _embedding = Whole("--embedding", "Numbers that a character is read as.", Usual.Embedding);
    private readonly Option<int?> _hidden = Whole("--hidden", "Numbers in the state of an LSTM.", Usual.Hidden);
    private readonly Option<int?> _layers = Whole("--layers", "LSTMs one behind the other.", Usual.Layers);
    private readonly Option<int?> _window = Whole("--window", "Characters of a line.", Usual.Window);
    private readonly Option<int?> _support = Whole("--support", "Lines to adapt on.", Usual.Support);
    private readonly Option<int?> _query = Whole("--query", "Lines behind them, to be judged on.", Usual.Query);
    private readonly Option<int?> _innerSteps = Whole("--inner-steps", "Gradient steps on the support lines while training.", Usual.InnerSteps);
    private readonly Option<double?> _innerRate = Real("--inner-rate", "Learning rate of those steps.", Ranges.Positive("0.5"), Usual.InnerRate);
    private readonly Option<int?> _adaptSteps = Whole("--adapt-steps", "Gradient steps that a held-out role gets.", Usual.AdaptSteps);
    private readonly Option<int?> _lot = Whole("--lot", "Roles a round takes on average (Poisson sampling).", Usual.Lot);
    private readonly Option<int?> _rounds = Whole("--rounds", "Rounds of training.", Usual.Rounds);
    private readonly Option<double?> _rate = Real("--rate", "Learning rate of Adam; falls to a tenth along half a cosine.", Ranges.Positive("0.005"), Usual.Rate);
    private readonly Option<string?> _epsilon = new("--epsilon") { HelpName = "X", Description = $"Privacy budget ε of a role, or none. Default: {Usual.Epsilon}." };
    private readonly Option<double?> _delta = Real("--delta", "Privacy budget δ; below 1 / 113 roles.", Ranges.OpenUnit("1e-3"), Usual.Delta);
    private readonly Option<double?> _clip = Real("--clip", "Longest gradient one role may contribute.", Ranges.Positive("1"), Usual.Clip);
    private readonly Option<ulong?> _seed = NumberOption.Create<ulong>(
        "--seed", "N", "Decides initial weights and stretches of text, never the privacy noise. Default: 1.", new("a whole number of at least 0", "1", _ => true));

    private readonly Option<int?> _draws = Whole("--draws", "Stretches of each held-out role that are measured.", Usual.Draws);
    private readonly Option<bool?> _twin = new("--twin") { HelpName = "true|false", Description = "Also train the same network on all roles jointly without privacy, to print beside it. Default: true." };

    private IEnumerable<Option> All =>
    [
        _recipe, _learner, _embedding, _hidden, _layers, _window, _support, _query, _innerSteps, _innerRate, _adaptSteps, _lot, _rounds, _rate, _epsilon, _delta, _clip, _seed, _draws, _twin,
    ];

    internal void AddTo(Command command)
    {
        foreach (Option option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>Which of the options were given.</summary>
    internal IReadOnlyList<string> Given(ParseResult parsed) => [.. All.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name)];

    /// <summary>What is asked for.</summary>
    /// <exception cref="CommandException">Values contradict each other or name something unknown; one line lists all.</exception>
    internal RoleOptions Read(ParseResult parsed)
    {
        RoleOptions start = parsed.GetValue(_recipe) is { } recipe ? RoleOptions.Recipe.Read(recipe, "--recipe") : Usual;
        RoleOptions options = start with
        {
            Learner = Learner(parsed.GetValue(_learner)) ?? start.Learner,
            Embedding = parsed.GetValue(_embedding) ?? start.Embedding,
            Hidden = parsed.GetValue(_hidden) ?? start.Hidden,
            Layers = parsed.GetValue(_layers) ?? start.Layers,
            Window = parsed.GetValue(_window) ?? start.Window,
            Support = parsed.GetValue(_support) ?? start.Support,
            Query = parsed.GetValue(_query) ?? start.Query,
            InnerSteps = parsed.GetValue(_innerSteps) ?? start.InnerSteps,
            InnerRate = parsed.GetValue(_innerRate) ?? start.InnerRate,
            AdaptSteps = parsed.GetValue(_adaptSteps) ?? start.AdaptSteps,
            Lot = parsed.GetValue(_lot) ?? start.Lot,
            Rounds = parsed.GetValue(_rounds) ?? start.Rounds,
            Rate = parsed.GetValue(_rate) ?? start.Rate,
            Epsilon = Epsilon(parsed.GetValue(_epsilon), start.Epsilon),
            Delta = parsed.GetValue(_delta) ?? start.Delta,
            Clip = parsed.GetValue(_clip) ?? start.Clip,
            Seed = parsed.GetValue(_seed) ?? start.Seed,
            Draws = parsed.GetValue(_draws) ?? start.Draws,
            Twin = parsed.GetValue(_twin) ?? start.Twin,
        };
        Check(options);
        return options;
    }

    private static void Check(RoleOptions options)
    {
        List<string> wrong = [];
        int[] counts =
        [
            options.Embedding, options.Hidden, options.Layers, options.Window, options.Support, options.Query, options.InnerSteps, options.AdaptSteps, options.Lot, options.Rounds, options.Draws,
        ];
        double[] rates = [options.InnerRate, options.Rate, options.Clip, options.Epsilon ?? 1];
        if (counts.Any(count => count < 1) || rates.Any(rate => !(rate > 0 && double.IsFinite(rate))) || options.Delta is not (> 0 and < 1))
        {
            wrong.Add("Counts must be at least 1, rates, clip and ε finite and above 0, and δ between 0 and 1. Mend the recipe.");
        }

        if (options.Lot > RoleSet.TrainingCount)
        {
            wrong.Add($"--lot {options.Lot}: there are {RoleSet.TrainingCount} training roles. Lower --lot.");
        }

        long needed = ((long)options.Window * ((long)options.Support + options.Query)) + 1;
        if (needed > RoleSet.LeastLength)
        {
            wrong.Add($"--support {options.Support} and --query {options.Query} lines of {options.Window} characters need {needed}; a role has at least {RoleSet.LeastLength}. Lower one of them.");
        }

        if (options.Epsilon is not null && options.Delta >= 1.0 / RoleSet.TrainingCount)
        {
            wrong.Add($"--delta {options.Delta} is not below 1 / {RoleSet.TrainingCount} roles: it would permit publishing one role whole. Give at most 1e-3.");
        }

        if (wrong.Count > 0)
        {
            throw new CommandException(string.Join(' ', wrong), ExitCode.Usage);
        }
    }

    private static double? Epsilon(string? text, double? usual) => text switch
    {
        null => usual,
        "none" or "inf" or "infinity" or "∞" => null,
        _ => double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out double value) && value > 0 && double.IsFinite(value)
            ? value
            : throw new CommandException($"--epsilon: must be a finite number above 0, or none; got '{text}'. Give a value such as 8.", ExitCode.Usage),
    };

    private static RoleLearner? Learner(string? text)
    {
        RoleLearner[] all = Enum.GetValues<RoleLearner>();
        int at = Array.FindIndex(all, learner => SummaryJson.Name(learner) == text);
        return text is null ? null : at >= 0 ? all[at]
            : throw new CommandException($"--learner: there is no '{text}'. Choose one of {string.Join(", ", all.Select(SummaryJson.Name))}.", ExitCode.Usage);
    }

    private static Option<int?> Whole(string name, string help, int usual) => NumberOption.Create(name, "N", $"{help} Default: {usual}.", Ranges.AtLeast(1, $"{usual}"));

    private static Option<double?> Real(string name, string help, NumberRange<double> range, double usual) =>
        NumberOption.Create(name, "X", FormattableString.Invariant($"{help} Default: {usual}."), range);
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Training;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Cli.Commands;

/// <summary>The options of <c>train</c> and <c>explain</c>: declared once, read into a record, checked against each other.</summary>
internal sealed class TrainOptions
{
    private const string NotApplicable = "0"; // as the number of support examples where there are no tasks

    private readonly Argument<string> _task = new("task")
    {
        Description = "What to learn: sinusoid (simulated, needs no data), omniglot (downloaded once, 16 MB) or mnist (12 MB; plain training, no tasks).",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => "sinusoid",
    };

    private readonly Option<string?> _recipe = new("--recipe")
    {
        HelpName = "file",
        Description = "JSON file of options under their names without dashes; what the command line says goes before. The run keeps it as recipe.json.",
    };

    private readonly Option<string> _learner = new("--learner")
    {
        HelpName = "name",
        Description = "By gradient steps: maml (second order), fomaml, meta-sgd, anil, boil, cavia, maml-plus-plus, meta-curvature, imaml, evolution, reptile. By comparing: protonet, matching, relation, ridge. "
            + "By a network that reads the support set: cnp, anp, memory, snail, hypernetwork, film. joint is the baseline; for mnist sgd or adam." + Default(o => SummaryJson.Name(o.Learner)),
    };

    private readonly Option<int?> _way = NumberOption.Create("--way", "N", "Classes in an episode; omniglot only. Default: 5.", Ranges.AtLeast(1, "5"));
    private readonly Option<int?> _shot = Whole("--shot", "Support examples of each class.", "5", o => o.Shot);
    private readonly Option<int?> _query = Whole("--query", "Query examples of each class.", "15", o => o.Query);
    private readonly Option<int?> _trainWay = NumberOption.Create("--train-way", "N", "Classes of a training episode, for learners that compare or regress. Default: --way.", Ranges.AtLeast(2, "20"));
    private readonly Option<int?> _trainShot = NumberOption.Create("--train-shot", "N", "Support examples of each class in training. Default: --shot.", Ranges.AtLeast(1, "5"));
    private readonly Option<int?> _trainQuery = NumberOption.Create("--train-query", "N", "Query examples of each class in training. Default: --query.", Ranges.AtLeast(1, "5"));
    private readonly Option<int?> _innerSteps = Whole("--inner-steps", "Gradient steps on the support set while training.", "5", o => o.InnerSteps);
    private readonly Option<double?> _innerRate = Real("--inner-rate", "Learning rate of those steps.", Ranges.Positive("0.01"), o => o.InnerRate);
    private readonly Option<int?> _adaptSteps = Whole("--adapt-steps", "Gradient steps that a fresh task gets when the result is measured.", "10", o => o.AdaptSteps);
    private readonly Option<string> _network = new("--network")
    {
        HelpName = "name",
        Description = "Network of omniglot: conv (four convolutions) or mlp (dense layers of 256, 128, 64, 64). Default: conv.",
    };

    private readonly Option<int?> _filters = NumberOption.Create(
        "--filters", "N", $"Filters of each convolution, for mnist of the first; not for sinusoid. Default: {TrainingDefaults.For(TaskFamily.Omniglot, LearnerKind.Protonet).Filters}.", Ranges.AtLeast(1, "16"));

    private readonly Option<bool> _widen = new("--widen") { Description = "Twice the filters in the third convolution of omniglot's network and four times in the fourth, where an image is small." };
    private readonly Option<bool> _center = new("--center") { Description = "Moves each image of omniglot so that its ink is centred, in training and measuring alike." };
    private readonly Option<int?> _groups = NumberOption.Create(
        "--groups", "N", "Groups of a normalisation (GroupNorm) behind each convolution of mnist's network; they divide --filters. Default: none.", Ranges.AtLeast(1, "4"));

    private readonly Option<string> _norm = new("--norm")
    {
        HelpName = "name",
        Description = "What omniglot's network normalises over: group, layer, per-task (the support set, for queries too), transductive (queries from one another; without privacy only) or none." + Default(o => SummaryJson.Name(o.Norm)),
    };

    private readonly Option<double?> _rate = Real("--rate", "Learning rate (of the outer optimiser, Adam, for tasks); falls to a tenth along half a cosine.", Ranges.Positive("0.001"), o => o.Rate);

    private readonly Option<string> _optimizer = new("--optimizer") { HelpName = "name", Description = "Outer update of a learner of tasks: adam or sgd (plain steps). Default: adam." };

    // Infinity stands for none: a null from a custom parser can't be told from an option that isn't given.
    private readonly Option<double> _epsilon = new("--epsilon")
    {
        HelpName = "X",
        Description = "Privacy budget ε, or none for a run without privacy." + Default(o => Text(o.Epsilon)),
        CustomParser = ParseEpsilon,
    };

    private readonly Option<double?> _delta = Real("--delta", "Privacy budget δ; keep it well below 1 / population.", Ranges.OpenUnit("1e-6"), o => o.Delta);
    private readonly Option<string> _unit = new("--unit") { HelpName = "name", Description = "What ε protects: task (one user is one task) or, for --learner joint and mnist, example. Default: task; example for mnist." };
    private readonly Option<int?> _population = Whole("--population", "Training tasks or examples that exist.", "50000", o => o.Population);
    private readonly Option<int?> _lot = Whole("--lot", "Tasks or examples a round takes on average (Poisson sampling).", "256", o => o.Lot);
    private readonly Option<int?> _rounds = Whole("--rounds", "Rounds of training.", "1000", o => o.Rounds);
    private readonly Option<double?> _epochs = NumberOption.Create(
        "--epochs", "X", "Instead of --rounds: how often each task or example is used on average.", Ranges.Positive("10"));

    private readonly Option<string> _clipping = new("--clipping")
    {
        HelpName = "name",
        Description = "flat, layer (each layer to a share of --clip), automatic (all gradients to nearly --clip) or adaptive (from --clip to the median). Default: flat.",
    };

    private readonly Option<string> _sampling = new("--sampling")
    {
        HelpName = "name",
        Description = "poisson, or fixed batches in turn with noise of each round's own (cyclic) or shared by rounds (tree, banded); whole epochs then. Default: poisson.",
    };

    private readonly Option<int?> _bands = Whole("--bands", "Noise vectors of a round, for --sampling banded.", "16", o => o.Bands);
    private readonly Option<string> _accountant = new("--accountant")
    {
        HelpName = "name",
        Description = "What noise is calibrated by and the ledger counts with: rdp (Rényi moments) or certified (the tightest bound, less noise for the same ε). Default: rdp.",
    };

    private readonly Option<bool> _secureNoise = new("--secure-noise") { Description = "Exact discrete noise on whole numbers, safe against attacks on floating-point noise; slower." };

    private readonly Option<double?> _clip = Real("--clip", "Longest gradient one unit may contribute.", Ranges.Positive("1"), o => o.Clip);
    private readonly Option<ulong?> _seed = NumberOption.Create<ulong>(
        "--seed", "N", "Decides tasks and initial weights, never the privacy noise. Default: 1.", new("a whole number of at least 0", "1", _ => true));

    private readonly Option<string> _measureOn = new("--measure-on")
    {
        HelpName = "name",
        Description = "Characters of omniglot to measure on: test, or validation to choose settings by; training has no character of test then. Default: test.",
    };

    private readonly Option<int?> _measured = NumberOption.Create("--measured", "N", "Fresh tasks to measure on. Default: 600 episodes, 1000 sinusoids.", Ranges.AtLeast(2, "600"));

    private readonly Option<int?> _looks = NumberOption.Create("--looks", "N", "How often a run is measured on a few fresh tasks as it goes. Default: 60.", Ranges.AtLeast(1, "20"));

    private readonly Option<bool?> _twin = new("--twin")
    {
        HelpName = "true|false",
        Description = "Also train a non-private twin, to print beside a private run." + Default(o => o.Twin ? "true" : "false"),
    };

    private IEnumerable<Option> Deciding =>
        [
            _learner, _way, _shot, _query, _trainWay, _trainShot, _trainQuery, _innerSteps, _innerRate, _adaptSteps, _network, _filters, _widen, _center, _groups, _norm, _rate, _optimizer, _epsilon, _delta,
            _unit, _population, _lot, _rounds, _epochs, _sampling, _bands, _accountant, _secureNoise, _clip, _clipping, _seed, _measureOn, _measured, _looks, _twin,
        ];

    /// <summary>Options that say something about tasks only.</summary>
    private IEnumerable<Option> OfTasks => [_way, _shot, _query, _trainWay, _trainShot, _trainQuery, _innerSteps, _innerRate, _adaptSteps, _network, _widen, _center, _optimizer, _measureOn, _measured];

    internal void AddTo(Command command)
    {
        command.Add(_task);
        command.Add(_recipe);
        foreach (Option option in Deciding)
        {
            command.Add(option);
        }
    }

    /// <summary>Which of the options that decide the result were given.</summary>
    internal IReadOnlyList<string> Given(ParseResult parsed) =>
        [.. Deciding.Append(_recipe).Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name)];

    /// <summary>What is asked for, defaults filled in.</summary>
    /// <exception cref="CommandException">Values contradict each other or name something unknown; one line lists all.</exception>
    internal TrainingOptions Read(ParseResult parsed)
    {
        parsed = WithRecipe(parsed);
        TaskFamily task = Name<TaskFamily>("task", parsed.GetValue(_task)) ?? TaskFamily.Sinusoid;
        LearnerKind learner = Name<LearnerKind>(_learner.Name, parsed.GetValue(_learner)) ?? TrainingDefaults.Learner(task);
        TrainingOptions defaults = TrainingDefaults.For(task, learner);
        bool epsilonGiven = parsed.GetResult(_epsilon) is { Implicit: false };
        TrainingOptions options = defaults with
        {
            Way = parsed.GetValue(_way) ?? defaults.Way,
            Shot = parsed.GetValue(_shot) ?? defaults.Shot,
            Query = parsed.GetValue(_query) ?? defaults.Query,
            TrainWay = parsed.GetValue(_trainWay),
            TrainShot = parsed.GetValue(_trainShot),
            TrainQuery = parsed.GetValue(_trainQuery),
            InnerSteps = parsed.GetValue(_innerSteps) ?? defaults.InnerSteps,
            InnerRate = parsed.GetValue(_innerRate) ?? defaults.InnerRate,
            AdaptSteps = parsed.GetValue(_adaptSteps) ?? defaults.AdaptSteps,
            Network = Name<NetworkKind>(_network.Name, parsed.GetValue(_network)) ?? defaults.Network,
            Filters = parsed.GetValue(_filters) ?? defaults.Filters,
            Widen = parsed.GetValue(_widen),
            Center = parsed.GetValue(_center),
            Groups = parsed.GetValue(_groups) ?? defaults.Groups,
            Norm = Name<NormKind>(_norm.Name, parsed.GetValue(_norm)) ?? defaults.Norm,
            Rate = parsed.GetValue(_rate) ?? defaults.Rate,
            Optimizer = Name<OuterRule>(_optimizer.Name, parsed.GetValue(_optimizer)) ?? defaults.Optimizer,
            Epsilon = !epsilonGiven ? defaults.Epsilon : parsed.GetValue(_epsilon) is var epsilon && double.IsInfinity(epsilon) ? null : epsilon,
            Delta = parsed.GetValue(_delta) ?? defaults.Delta,
            Unit = Name<ProtectedUnit>(_unit.Name, parsed.GetValue(_unit)) ?? defaults.Unit,
            Population = parsed.GetValue(_population) ?? defaults.Population,
            Lot = parsed.GetValue(_lot) ?? defaults.Lot,
            Rounds = parsed.GetValue(_rounds) ?? defaults.Rounds,
            Clipping = Name<ClippingRule>(_clipping.Name, parsed.GetValue(_clipping)) ?? defaults.Clipping,
            Sampling = Name<SamplingRule>(_sampling.Name, parsed.GetValue(_sampling)) ?? defaults.Sampling,
            Bands = parsed.GetValue(_bands) ?? defaults.Bands,
            Accountant = Name<PlanAccountant>(_accountant.Name, parsed.GetValue(_accountant)) ?? defaults.Accountant,
            SecureNoise = parsed.GetValue(_secureNoise),
            Clip = parsed.GetValue(_clip) ?? defaults.Clip,
            Seed = parsed.GetValue(_seed) ?? defaults.Seed,
            MeasureOn = Name<MeasuredSplit>(_measureOn.Name, parsed.GetValue(_measureOn)) ?? defaults.MeasureOn,
            Looks = parsed.GetValue(_looks) ?? defaults.Looks,
            Measured = parsed.GetValue(_measured),
            Twin = parsed.GetValue(_twin) ?? defaults.Twin,
        };
        if (parsed.GetValue(_epochs) is double epochs)
        {
            options = options with { Rounds = (int)Math.Clamp(Math.Ceiling(epochs * options.Population / options.Lot), 1, int.MaxValue) };
        }

        if (options.Sampling != SamplingRule.Poisson && options.Lot <= options.Population)
        {
            options = options with { Rounds = (int)Math.Clamp((long)Math.Ceiling((double)options.Rounds / options.Batches) * options.Batches, options.Batches, int.MaxValue) };
        }

        TrainChecks.Check(options, Given(parsed), [.. OfTasks.Select(option => option.Name)]);
        return options;
    }

    /// <summary>The command line with the recipe's options in it, but for those it gives itself; as given where there is no recipe.</summary>
    private ParseResult WithRecipe(ParseResult parsed)
    {
        if (parsed.GetValue(_recipe) is not { } path)
        {
            return parsed;
        }

        IReadOnlyList<string> given = Given(parsed);
        bool lengthGiven = given.Contains(_rounds.Name) || given.Contains(_epochs.Name);
        List<string> words = [.. parsed.Tokens.Select(token => token.Value)];
        int command = words.IndexOf(parsed.CommandResult.IdentifierToken.Value);
        foreach ((string name, string value) in RecipeFile.Read(path, [.. Deciding.Select(option => option.Name[2..])]))
        {
            string option = $"--{name}";
            if (name == RecipeFile.Task)
            {
                words.InsertRange(command + 1, parsed.GetResult(_task) is { Implicit: false } ? [] : [value]);
            }
            else if (!given.Contains(option) && !(lengthGiven && (option == _rounds.Name || option == _epochs.Name)))
            {
                words.AddRange([option, value]);
            }
        }

        ParseResult whole = parsed.RootCommandResult.Command.Parse(words);
        return whole.Errors.Count == 0 ? whole : throw RecipeFile.Refuse(path, string.Join(' ', whole.Errors.Select(error => error.Message)));
    }

    private static double ParseEpsilon(ArgumentResult result)
    {
        string text = result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;
        if (text is "none" or "inf" or "infinity" or "∞")
        {
            return double.PositiveInfinity;
        }

        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !(value > 0) || !double.IsFinite(value))
        {
            result.AddError($"--epsilon: must be a finite number above 0, or none; got '{text}'. Give a value such as 3.");
        }

        return value;
    }

    private static Option<int?> Whole(string name, string help, string example, Func<TrainingOptions, int> value) =>
        NumberOption.Create(name, "N", help + Default(o => Text(value(o))), Ranges.AtLeast(1, example));

    private static Option<double?> Real(string name, string help, NumberRange<double> range, Func<TrainingOptions, double> value) =>
        NumberOption.Create(name, "X", help + Default(o => Text(value(o))), range);

    /// <summary>The default as help tells it, from where it is kept: one value, or one for each task.</summary>
    private static string Default(Func<TrainingOptions, string> value)
    {
        (string Task, string Value)[] each =
        [
            .. Enum.GetValues<TaskFamily>().Select(task => (SummaryJson.Name(task), value(TrainingDefaults.For(task, TrainingDefaults.Learner(task))))),
        ];
        each = [.. each.Where(pair => pair.Value != NotApplicable)];
        return each.Select(pair => pair.Value).Distinct().Count() == 1
            ? $" Default: {each[0].Value}."
            : $" Default: {string.Join(", ", each.Select(pair => $"{pair.Value} ({pair.Task})"))}.";
    }

    private static string Text(double? value) => value?.ToString("0.######", CultureInfo.InvariantCulture) ?? "none";

    private static T? Name<T>(string option, string? text)
        where T : struct, Enum
    {
        if (text is null)
        {
            return null;
        }

        foreach (T value in Enum.GetValues<T>())
        {
            if (string.Equals(SummaryJson.Name(value), text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        string known = string.Join(", ", Enum.GetValues<T>().Select(SummaryJson.Name));
        throw new CommandException($"{option}: there is no '{text}'. Choose one of {known}.", ExitCode.Usage);
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FastDPMeta.Cli.Commands;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Molecules;

/// <summary>
/// The options of <c>train molecules</c>, declared once for the command line and for recipes: a recipe is a JSON object of the same names without dashes, and
/// of <c>task</c> and <c>about</c>, which is for people. What the command line says goes before.
/// </summary>
internal sealed class MoleculeSettings
{
    private const string Task = "molecules";
    private static readonly string[] ForPeople = ["task", "about"];

    private readonly Option<string?> _recipe = new("--recipe") { HelpName = "file", Description = "JSON file of options under their names without dashes; what the command line says goes before." };
    private readonly (Setting Setting, Option<string?> Option)[] _settings = [.. All.Select(setting => (setting, new Option<string?>($"--{setting.Name}") { HelpName = setting.Value, Description = setting.Help }))];

    private static IReadOnlyList<Setting> All { get; } =
    [
        new("collection", "name", "toxcast, tox21 or sider. Default: toxcast.", (o, text) => o with { Collection = Named<MoleculeCollection>("collection", text) }),
        new("unit", "name", "What ε protects, and with it what is trained: compound (a network of all training assays) or assay (a meta-trained embedding). Default: compound.", (o, text) => o with { Unit = Named<MoleculeUnit>("unit", text) }),
        new("width", "N", "Numbers of the hidden layer; 0 for none: linear in the fingerprint (unit compound, with --head profile) or a weight for each bit (unit assay). Default: 512.", (o, text) => o with { Width = Whole("width", text, 0) }),
        new("head", "name", "What compounds are compared by: hidden (the hidden layer) or profile (the predictions for all training assays; unit compound only). Default: hidden.", (o, text) => o with { Head = Named<EmbeddingHead>("head", text) }),
        new("centre", "true|false", "Takes embeddings from the middle of the support's two classes before their lengths are set to 1. Default: true.", (o, text) => o with { Centre = Truth("centre", text) }),
        new("raw", "X", "Share of the fingerprint itself in a score, from 0 to 1; the rest is the embedding's. Default: 0.", (o, text) => o with { Raw = Number("raw", text, value => value is >= 0 and <= 1, "a number from 0 to 1") }),
        new("input-dropout", "X", "Share of a fingerprint's bits dropped in training; unit compound only. Default: 0.2.", (o, text) => o with { InputDropout = Share("input-dropout", text) }),
        new("dropout", "X", "The same for the hidden layer. Default: 0.3.", (o, text) => o with { Dropout = Share("dropout", text) }),
        new("spread", "X", "Size of the first weights: standard deviation of a hidden number before training, about. Default: 0.1.", (o, text) => o with { Spread = Positive("spread", text) }),
        new("shot", "N", "Support compounds of each class in a training task; unit assay only. Default: 10.", (o, text) => o with { Shot = Whole("shot", text, 1) }),
        new("query", "N", "Query compounds of each class in a training task; unit assay only. Default: 32.", (o, text) => o with { Query = Whole("query", text, 1) }),
        new("temperature", "X", "What distances of embeddings are divided by, for each of their numbers; unit assay only. Default: 0.1.", (o, text) => o with { Temperature = Positive("temperature", text) }),
        new("optimizer", "name", "adam, or sgd (with momentum) for training under noise. Default: adam.", (o, text) => o with { Optimizer = Named<MoleculeOptimizer>("optimizer", text) }),
        new("rate", "X", "Learning rate; falls to a tenth along half a cosine. Default: 0.001.", (o, text) => o with { Rate = Positive("rate", text) }),
        new("weight-decay", "X", "Decoupled weight decay. Default: 0.01.", (o, text) => o with { WeightDecay = Number("weight-decay", text, value => value >= 0, "a finite number of at least 0") }),
        new("lot", "N", "Compounds or assays a round takes on average (Poisson sampling). Default: 128.", (o, text) => o with { Lot = Whole("lot", text, 1) }),
        new("rounds", "N", "Rounds of training. Default: 470.", (o, text) => o with { Rounds = Whole("rounds", text, 1) }),
        new("epsilon", "X,..", "Privacy budget ε or none; several give the frontier, one training for each. Default: none.", (o, text) => o with { Epsilons = Budgets(text) }),
        new("delta", "X", "Privacy budget δ. Default: 1e-5.", (o, text) => o with { Delta = Number("delta", text, value => value is > 0 and < 1, "a number between 0 and 1, both excluded") }),
        new("clip", "X", "Longest gradient one unit may contribute. Default: 0.1.", (o, text) => o with { Clip = Positive("clip", text) }),
        new("keys", "N", "Trainings for each budget, with other noise and other first weights. Default: 1.", (o, text) => o with { Keys = Whole("keys", text, 1) }),
        new("held-out", "X", "Share of all structures that nothing is learned from. Default: 0.25.", (o, text) => o with { HeldOut = Share("held-out", text) }),
        new("supports", "N", "Random supports of every assay. Default: 20.", (o, text) => o with { Supports = Whole("supports", text, 2) }),
        new("sizes", "A/I,..", "Actives and inactives of a support; several are measured one by one. Default: 10/10.", (o, text) => o with { Sizes = SupportSize.Parse("--sizes", text) }),
        new("measure-on", "name", "test, or validation to choose settings by. Default: test.", (o, text) => o with { MeasureOn = Named<MeasuredAssays>("measure-on", text) }),
        new("seed", "N", "Decides first weights, tasks and supports, never the privacy noise. Default: 1.", (o, text) => o with { Seed = (ulong)Whole("seed", text, 0) }),
    ];

    internal void AddTo(Command command)
    {
        command.Add(_recipe);
        foreach ((_, Option<string?> option) in _settings)
        {
            command.Add(option);
        }
    }

    /// <summary>What is asked for: defaults, over them the recipe, over it the command line.</summary>
    /// <exception cref="CommandException">A value is out of range or unknown, or values contradict each other.</exception>
    internal MoleculeOptions Read(ParseResult parsed)
    {
        MoleculeOptions options = new();
        if (parsed.GetValue(_recipe) is { } path)
        {
            options = Recipe(path, options);
        }

        foreach ((Setting setting, Option<string?> option) in _settings)
        {
            if (parsed.GetValue(option) is { } text)
            {
                options = setting.Apply(options, text);
            }
        }

        Check(options);
        return options;
    }

    /// <summary>The options as a recipe that gives them again.</summary>
    internal static string Write(MoleculeOptions options)
    {
        JsonObject recipe = new()
        {
            ["task"] = Task,
            ["collection"] = Name(options.Collection),
            ["unit"] = SummaryJson.Name(options.Unit),
            ["width"] = options.Width,
            ["head"] = SummaryJson.Name(options.Head),
            ["centre"] = options.Centre ? "true" : "false",
            ["raw"] = options.Raw,
            ["input-dropout"] = options.InputDropout,
            ["dropout"] = options.Dropout,
            ["spread"] = options.Spread,
            ["shot"] = options.Shot,
            ["query"] = options.Query,
            ["temperature"] = options.Temperature,
            ["optimizer"] = SummaryJson.Name(options.Optimizer),
            ["rate"] = options.Rate,
            ["weight-decay"] = options.WeightDecay,
            ["lot"] = options.Lot,
            ["rounds"] = options.Rounds,
            ["epsilon"] = string.Join(',', options.Epsilons.Select(BudgetText)),
            ["delta"] = options.Delta,
            ["clip"] = options.Clip,
            ["keys"] = options.Keys,
            ["held-out"] = options.HeldOut,
            ["supports"] = options.Supports,
            ["sizes"] = string.Join(',', options.Sizes.Select(size => FormattableString.Invariant($"{size.Actives}/{size.Inactives}"))),
            ["measure-on"] = SummaryJson.Name(options.MeasureOn),
            ["seed"] = options.Seed,
        };
        return recipe.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    /// <summary>As options and folders spell it: <c>toxcast</c>, in one word.</summary>
    internal static string Name(MoleculeCollection collection) => collection.ToString().ToLowerInvariant();

    /// <summary>A budget as the option spells it.</summary>
    internal static string BudgetText(double epsilon) => double.IsPositiveInfinity(epsilon) ? "none" : epsilon.ToString("0.######", CultureInfo.InvariantCulture);

    private static MoleculeOptions Recipe(string path, MoleculeOptions options)
    {
        JsonObject recipe;
        try
        {
            recipe = JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject ?? throw new JsonException("it is no object");
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"--recipe {path}: can't be read ({exception.Message.TrimEnd('.')}). Give a JSON file of options.", ExitCode.Usage, exception);
        }

        foreach ((string name, JsonNode? value) in recipe)
        {
            if (name == ForPeople[0] && value?.ToString() != Task)
            {
                throw new CommandException($"--recipe {path}: its task is {value}, not {Task}. Give it to 'fastdpmeta train'.", ExitCode.Usage);
            }

            if (ForPeople.Contains(name))
            {
                continue;
            }

            Setting setting = All.FirstOrDefault(setting => setting.Name == name)
                ?? throw new CommandException($"--recipe {path}: there is no option '{name}'. Use {string.Join(", ", All.Select(one => one.Name))}.", ExitCode.Usage);
            options = value is JsonValue
                ? setting.Apply(options, value.ToString())
                : throw new CommandException($"--recipe {path}: {name} must be a number or a text. Write it as on the command line.", ExitCode.Usage);
        }

        return options;
    }

    private static void Check(MoleculeOptions options)
    {
        List<string> wrong = [];
        if (options.Unit == MoleculeUnit.Assay && options.Head == EmbeddingHead.Profile)
        {
            wrong.Add("--head profile: an embedding that is meta-trained predicts no assay. Use hidden.");
        }

        if (options.Unit == MoleculeUnit.Compound && options.Head == EmbeddingHead.Hidden && options.Width == 0)
        {
            wrong.Add("--width 0 has no hidden layer to compare compounds by. Add --head profile.");
        }

        if (options.Epsilons.Distinct().Count() != options.Epsilons.Count)
        {
            wrong.Add("--epsilon: a budget stands twice. Use --keys for several trainings of one budget.");
        }

        if (wrong.Count > 0)
        {
            throw new CommandException(string.Join(' ', wrong), ExitCode.Usage);
        }
    }

    private static double[] Budgets(string text) =>
    [
        .. text.Split(',').Select(part => part is "none" or "inf" or "∞" ? double.PositiveInfinity : Number("epsilon", part, value => value > 0, "a finite number above 0, or none")),
    ];

    private static int Whole(string name, string text, int least) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least
            ? value
            : throw new CommandException($"--{name}: must be a whole number of at least {least}; got '{text}'.", ExitCode.Usage);

    private static bool Truth(string name, string text) =>
        bool.TryParse(text, out bool value) ? value : throw new CommandException($"--{name}: must be true or false; got '{text}'.", ExitCode.Usage);

    private static double Positive(string name, string text) => Number(name, text, value => value > 0, "a finite number above 0");

    private static double Share(string name, string text) => Number(name, text, value => value is >= 0 and < 1, "a number of at least 0 and below 1");

    private static double Number(string name, string text, Func<double, bool> contains, string words) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) && contains(value)
            ? value
            : throw new CommandException($"--{name}: must be {words}; got '{text}'.", ExitCode.Usage);

    private static T Named<T>(string name, string text)
        where T : struct, Enum
    {
        foreach (T value in Enum.GetValues<T>())
        {
            if (string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        string known = string.Join(", ", Enum.GetNames<T>().Select(one => one.ToLowerInvariant()));
        throw new CommandException($"--{name}: there is no '{text}'. Choose one of {known}.", ExitCode.Usage);
    }

    /// <param name="Name">Without dashes.</param>
    /// <param name="Value">What help calls the value.</param>
    /// <param name="Help">One sentence.</param>
    /// <param name="Apply">Puts a value, as text, into the options.</param>
    private sealed record Setting(string Name, string Value, string Help, Func<MoleculeOptions, string, MoleculeOptions> Apply);
}

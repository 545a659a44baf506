using System.Text.Json;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Cli.Plans;

/// <summary>One question of a plan file, and its fields with clear errors.</summary>
internal sealed class PlanCase
{
    private readonly JsonElement _tree;

    /// <summary>A case.</summary>
    /// <param name="tree">A JSON object.</param>
    /// <param name="number">Its place in the file, for cases without an id.</param>
    internal PlanCase(JsonElement tree, int number)
    {
        _tree = tree;
        Id = tree.ValueKind == JsonValueKind.Object && tree.TryGetProperty("id", out JsonElement id) ? id.ToString() : $"case-{number}";
    }

    /// <summary>What the answer is called.</summary>
    internal string Id { get; }

    /// <summary>What is asked; ε where nothing is said.</summary>
    internal string Question => Has("question") ? _tree.GetProperty("question").ToString() : "epsilon";

    /// <summary>The relation.</summary>
    internal NeighbouringRelation Neighbours => EventSchema.Relation(Has("adjacency") ? _tree.GetProperty("adjacency").GetString() : null);

    /// <summary>Whether a field is there.</summary>
    internal bool Has(string name) => _tree.ValueKind == JsonValueKind.Object && _tree.TryGetProperty(name, out JsonElement field) && field.ValueKind != JsonValueKind.Null;

    /// <summary>A number of the case.</summary>
    internal double Number(string name) => Number(Field(_tree, name), name);

    /// <summary>A number inside <c>given</c>.</summary>
    internal double Given(string name) => Number(Field(Field(_tree, "given"), name), name);

    /// <summary>Whether <c>given</c> has a field.</summary>
    internal bool IsGiven(string name) => Has("given") && _tree.GetProperty("given") is { ValueKind: JsonValueKind.Object } given && given.TryGetProperty(name, out _);

    /// <summary>Numbers in a list.</summary>
    internal double[] Numbers(string name) => Numbers(Field(_tree, name), name);

    /// <summary>The δ of the question.</summary>
    internal double Delta => Has("delta") || !IsGiven("delta") ? Number("delta") : Given("delta");

    /// <summary>The orders asked for: <c>orders</c>, or those of the curve that is expected.</summary>
    internal double[] Orders
    {
        get
        {
            if (Has("orders") && _tree.GetProperty("orders").ValueKind == JsonValueKind.Array)
            {
                return Numbers("orders");
            }

            return Curve("order");
        }
    }

    /// <summary>The false positive rates asked for: <c>false_positive_rates</c>, or those of the curve that is expected, or five usual ones.</summary>
    internal double[] FalsePositiveRates => Has("false_positive_rates") ? Numbers("false_positive_rates")
        : Curve("false_positive_rate") is { Length: > 0 } rates ? rates
        : [1e-6, 1e-4, 1e-2, 0.1, 0.5];

    /// <summary>What is released: the tree <c>event</c>, or what the numbers of <c>given</c> describe.</summary>
    internal PrivacyEvent Event()
    {
        if (Has("event"))
        {
            return EventSchema.Read(_tree.GetProperty("event"), Neighbours);
        }

        if (IsGiven("reports"))
        {
            return new ShuffledEvent(Whole(Given("reports"), "reports"), Given("local_epsilon"));
        }

        if (IsGiven("batches_per_epoch"))
        {
            JsonElement given = _tree.GetProperty("given");
            return new RepeatedTreeEvent(
                Given("noise_multiplier"),
                Whole(Given("batches_per_epoch"), "batches_per_epoch"),
                given.TryGetProperty("tree_completion", out JsonElement completed) && completed.ValueKind == JsonValueKind.True,
                [.. Numbers(Field(given, "epochs_between_restarts"), "epochs_between_restarts").Select(epochs => Whole(epochs, "epochs_between_restarts"))])
            {
                Neighbours = Has("adjacency") ? Neighbours : NeighbouringRelation.ReplaceWithNothing,
            };
        }

        if (IsGiven("local_stddev") || IsGiven("central_stddev"))
        {
            return Distributed();
        }

        throw new FormatException("there is neither an event nor numbers from which one follows");
    }

    /// <summary>A sum of rounded vectors with noise on a lattice, sampled and repeated.</summary>
    private SelfComposedEvent Distributed()
    {
        bool isSkellam = IsGiven("central_stddev");
        LatticeRounding rounding = new(isSkellam ? 1 / Given("scale") : Given("gamma"), Given("l2_sens"), Whole(Given("dim"), "dim"), Given("beta"));
        PrivacyEvent release = isSkellam
            ? SkellamEvent.Rounded(Given("central_stddev"), rounding)
            : DistributedDiscreteGaussianEvent.Rounded(Whole(Given("num_clients"), "num_clients"), Given("local_stddev"), rounding);
        double rate = IsGiven("q") ? Given("q") : 1;
        return new SelfComposedEvent(new PoissonSampledEvent(rate, release), IsGiven("steps") ? Whole(Given("steps"), "steps") : 1);
    }

    private double[] Curve(string name) =>
        Has("expected") && _tree.GetProperty("expected") is { ValueKind: JsonValueKind.Object } expected
        && (expected.TryGetProperty("curve", out JsonElement curve) || (expected.TryGetProperty("truth", out JsonElement truth) && truth.ValueKind == JsonValueKind.Object && truth.TryGetProperty("curve", out curve)))
        && curve.ValueKind == JsonValueKind.Array
            ? [.. curve.EnumerateArray().Where(point => point.TryGetProperty(name, out _)).Select(point => Number(point.GetProperty(name), name))]
            : [];

    private static JsonElement Field(JsonElement tree, string name) =>
        tree.ValueKind == JsonValueKind.Object && tree.TryGetProperty(name, out JsonElement field) ? field : throw new FormatException($"field '{name}' is missing");

    private static double[] Numbers(JsonElement list, string name) => list.ValueKind == JsonValueKind.Array
        ? [.. list.EnumerateArray().Select(item => Number(item, name))]
        : throw new FormatException($"field '{name}' must be a list of numbers");

    private static double Number(JsonElement element, string name) => element.ValueKind switch
    {
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.String when element.GetString() == "Infinity" => double.PositiveInfinity,
        _ => throw new FormatException($"field '{name}' must be a number; got {element.GetRawText()}"),
    };

    private static int Whole(double value, string name) => value == Math.Floor(value) && Math.Abs(value) <= int.MaxValue
        ? (int)value
        : throw new FormatException($"field '{name}' must be a whole number below 2^31; got {value}");
}

using System.Text.Json;

namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Reads events from the exchange format of the reference vectors: a tree of JSON objects with a <c>type</c> and names in snake case, under a relation given beside the tree. (Ledgers have a format of their own, in which every event states its relation.)
/// </summary>
/// <remarks>
/// <para>Types: gaussian, laplace, discrete_gaussian, discrete_laplace, poisson_sampled, sampled_without_replacement, self_composed, composed, single_epoch_tree_aggregation,
/// mixture_of_gaussians, truncated_poisson_gaussian, zcdp, epsilon_delta, randomized_response, exponential_mechanism, permute_and_flip, no_op, non_private.</para>
/// Noise multipliers of that format are noise over the longest contribution of one unit, also under an exchange, which moves a sum twice as far: they are halved here. Inside sampled_without_replacement
/// they are over the sensitivity of the exchange already.
/// </remarks>
public static class EventSchema
{
    private const int LargestDepth = 64;

    /// <summary>The relation that a name of the format stands for: add_or_remove_one, replace_one or replace_special.</summary>
    /// <param name="name">A name; null for add_or_remove_one.</param>
    /// <exception cref="FormatException">There is no such relation.</exception>
    public static NeighbouringRelation Relation(string? name) => name switch
    {
        null or "add_or_remove_one" => NeighbouringRelation.AddOrRemoveOne,
        "replace_one" => NeighbouringRelation.ReplaceOne,
        "replace_special" => NeighbouringRelation.ReplaceWithNothing,
        _ => throw new FormatException($"unknown adjacency '{name}': give add_or_remove_one, replace_one or replace_special"),
    };

    /// <summary>The event of a tree.</summary>
    /// <param name="tree">A JSON object.</param>
    /// <param name="neighbours">The relation of all its parts.</param>
    /// <exception cref="FormatException">A type is unknown, or a field is missing or makes no sense; the message says which.</exception>
    public static PrivacyEvent Read(JsonElement tree, NeighbouringRelation neighbours)
    {
        try
        {
            return Read(tree, neighbours, neighbours == NeighbouringRelation.ReplaceOne ? 2 : 1, 0);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or OverflowException)
        {
            throw new FormatException(error.Message.ReplaceLineEndings(" "), error);
        }
    }

    private static PrivacyEvent Read(JsonElement tree, NeighbouringRelation neighbours, double reach, int depth)
    {
        if (tree.ValueKind != JsonValueKind.Object || depth > LargestDepth)
        {
            throw new FormatException(depth > LargestDepth ? $"events nested deeper than {LargestDepth}" : "an event must be a JSON object");
        }

        PrivacyEvent Inner(double innerReach) => Read(Field(tree, "event"), neighbours, innerReach, depth + 1);
        string type = Text(tree, "type");
        PrivacyEvent read = type switch
        {
            "gaussian" => new GaussianEvent(Number(tree, "noise_multiplier") / reach),
            "laplace" => new LaplaceEvent(Number(tree, "noise_multiplier") / reach),
            "discrete_gaussian" => new DiscreteGaussianEvent(Number(tree, "sigma"), Whole(tree, "sensitivity")),
            "discrete_laplace" => new DiscreteLaplaceEvent(Number(tree, "noise_parameter"), Whole(tree, "sensitivity")),
            "poisson_sampled" => new PoissonSampledEvent(Number(tree, "sampling_probability"), Inner(reach)),
            "sampled_without_replacement" => new SampledWithoutReplacementEvent(Whole(tree, "source_dataset_size"), Whole(tree, "sample_size"), Inner(1)),
            "self_composed" => new SelfComposedEvent(Inner(reach), Count(Field(tree, "count"), "count")),
            "composed" => new ComposedEvent([.. Items(tree, "events").Select(part => Read(part, neighbours, reach, depth + 1))]),
            "single_epoch_tree_aggregation" => new SingleEpochTreeEvent(Number(tree, "noise_multiplier") / reach, [.. StepCounts(tree)]),
            "mixture_of_gaussians" => new MixtureOfGaussiansEvent(
                Number(tree, "standard_deviation"), [.. Items(tree, "sensitivities").Select(Value)], [.. Items(tree, "sampling_probs").Select(Value)]),
            "truncated_poisson_gaussian" => new TruncatedPoissonSampledGaussianEvent(
                Whole(tree, "dataset_size"), Number(tree, "sampling_probability"), Whole(tree, "truncated_batch_size"), Number(tree, "noise_multiplier"))
            {
                PopulationIsExact = true,
            },
            "zcdp" => new ConcentratedEvent(Number(tree, "rho"), tree.TryGetProperty("xi", out JsonElement xi) ? Value(xi) : 0),
            "epsilon_delta" => new EpsilonDeltaEvent(Number(tree, "epsilon"), tree.TryGetProperty("delta", out JsonElement delta) ? Value(delta) : 0),
            "randomized_response" => new RandomizedResponseEvent(Number(tree, "noise_parameter"), Whole(tree, "num_buckets")),
            "exponential_mechanism" => new ExponentialMechanismEvent(Number(tree, "epsilon")),
            "permute_and_flip" => new PermuteAndFlipEvent(Number(tree, "epsilon")),
            "no_op" => new NoOpEvent(),
            "non_private" => new NonPrivateEvent(),
            _ => throw new FormatException($"unknown event type '{type}'"),
        };
        PrivacyEvent stated = read.Neighbours == neighbours ? read : read with { Neighbours = neighbours };
        return stated.Neighbours == neighbours || read is ComposedEvent { Events.IsEmpty: true }
            ? read is ComposedEvent { Events.IsEmpty: true } ? new NoOpEvent { Neighbours = neighbours } : stated
            : throw new FormatException($"{type} is accounted for under {read.Neighbours} only, not under {neighbours}");
    }

    private static IEnumerable<long> StepCounts(JsonElement tree)
    {
        JsonElement counts = Field(tree, "step_counts");
        return counts.ValueKind == JsonValueKind.Array ? counts.EnumerateArray().Select(item => Count(item, "step_counts")) : [Count(counts, "step_counts")];
    }

    private static JsonElement Field(JsonElement tree, string name) =>
        tree.TryGetProperty(name, out JsonElement field) ? field : throw new FormatException($"field '{name}' is missing");

    private static JsonElement.ArrayEnumerator Items(JsonElement tree, string name) => Field(tree, name) is { ValueKind: JsonValueKind.Array } items
        ? items.EnumerateArray()
        : throw new FormatException($"field '{name}' must be a list");

    private static string Text(JsonElement tree, string name) => Field(tree, name) is { ValueKind: JsonValueKind.String } text
        ? text.GetString()!
        : throw new FormatException($"field '{name}' must be a text");

    private static double Number(JsonElement tree, string name) => Value(Field(tree, name));

    /// <summary>A number, or one of the words for those that JSON has none for; what makes no sense is refused by the event.</summary>
    private static double Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.String when element.GetString() is "Infinity" or "-Infinity" or "NaN" => element.GetString() switch { "NaN" => double.NaN, "Infinity" => double.PositiveInfinity, _ => double.NegativeInfinity },
        _ => throw new FormatException($"got {element.GetRawText()} where a number must stand"),
    };

    private static int Whole(JsonElement tree, string name) => Count(Field(tree, name), name) is var count && count <= int.MaxValue && count >= int.MinValue
        ? (int)count
        : throw new FormatException($"field '{name}' must be below 2^31");

    private static long Count(JsonElement element, string name) => element.ValueKind == JsonValueKind.Number
        && (element.TryGetInt64(out long count) || (element.GetDouble() is var real && real == Math.Floor(real) && Math.Abs(real) < 1e15 && (count = (long)real) == real))
        ? count
        : throw new FormatException($"field '{name}' must be a whole number; got {element.GetRawText()}");
}

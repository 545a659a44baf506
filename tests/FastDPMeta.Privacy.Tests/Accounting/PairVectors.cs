using System.Text.Json;
using FastDPMeta.Privacy.Accounting.Certified;
using FastDPMeta.Privacy.Accounting.Loss;
using static FastDPMeta.Privacy.Tests.Accounting.ReferenceVectors;

namespace FastDPMeta.Privacy.Tests.Accounting;

/// <summary>The events of the reference vectors as dominating pairs.</summary>
internal static class PairVectors
{
    /// <summary>The composition of an event under a relation, or null where no pair is known for a part.</summary>
    public static ComposedPair[]? Composition(JsonElement tree, string adjacency)
    {
        List<ComposedPair> parts = [];
        return Collect(tree, adjacency, 1, parts) ? [.. parts] : null;
    }

    private static bool Collect(JsonElement tree, string adjacency, long count, List<ComposedPair> parts)
    {
        switch (Text(tree, "type"))
        {
            case "no_op":
                return true;
            case "self_composed":
                return Collect(tree.GetProperty("event"), adjacency, count * tree.GetProperty("count").GetInt64(), parts);
            case "composed":
                return tree.GetProperty("events").EnumerateArray().All(part => Collect(part, adjacency, count, parts));
            default:
                if (Pairs(tree, adjacency) is not { } pairs)
                {
                    return false;
                }

                parts.Add(new ComposedPair(pairs, count));
                return true;
        }
    }

    private static DominatingPairs? Pairs(JsonElement tree, string adjacency)
    {
        bool replace = adjacency == "replace_one";
        switch (Text(tree, "type"))
        {
            case "gaussian":
                return LossPairs.Gaussian(Number(tree, "noise_multiplier") / (replace ? 2 : 1));
            case "laplace" when !replace:
                return LossPairs.Laplace(Number(tree, "noise_multiplier"));
            case "discrete_gaussian" when !replace:
                return DiscreteMechanisms.Gaussian(Number(tree, "sigma"), tree.GetProperty("sensitivity").GetInt32());
            case "discrete_laplace" when !replace:
                return DiscreteMechanisms.Laplace(Number(tree, "noise_parameter"), tree.GetProperty("sensitivity").GetInt32());
            case "poisson_sampled":
                return Sampled(tree.GetProperty("event"), Number(tree, "sampling_probability"), replace);
            case "sampled_without_replacement" when replace:
                JsonElement drawn = tree.GetProperty("event");
                return LossPairs.FixedSizeGaussian(Number(tree, "sample_size") / Number(tree, "source_dataset_size"), Number(drawn, "noise_multiplier"));
            case "truncated_poisson_gaussian" when !replace:
                return LossPairs.TruncatedSampledGaussian(
                    tree.GetProperty("dataset_size").GetInt32(),
                    Number(tree, "sampling_probability"),
                    tree.GetProperty("truncated_batch_size").GetInt32(),
                    Number(tree, "noise_multiplier"));
            case "mixture_of_gaussians":
                return LossPairs.GaussianMixture(
                    Number(tree, "standard_deviation"),
                    [.. tree.GetProperty("sensitivities").EnumerateArray().Select(Number)],
                    [.. tree.GetProperty("sampling_probs").EnumerateArray().Select(Number)]);
            case "single_epoch_tree_aggregation":
                JsonElement counts = tree.GetProperty("step_counts");
                double steps = counts.ValueKind == JsonValueKind.Array ? counts.EnumerateArray().Max(Number) : Number(counts);
                return LossPairs.Gaussian(Number(tree, "noise_multiplier") / Math.Sqrt(Math.Ceiling(Math.Log2(steps + 1))));
            case "randomized_response":
                return DiscreteMechanisms.RandomizedResponse(Number(tree, "noise_parameter"), tree.GetProperty("num_buckets").GetInt32());
            case "exponential_mechanism":
                return DiscreteMechanisms.PureEpsilon(Number(tree, "epsilon"));
            case "permute_and_flip":
                return DiscreteMechanisms.PermuteAndFlip(Number(tree, "epsilon"));
            case "epsilon_delta":
                return DiscreteMechanisms.EpsilonDelta(Number(tree, "epsilon"), Number(tree, "delta"));
            default:
                return null;
        }
    }

    private static DominatingPairs? Sampled(JsonElement inner, double rate, bool replace) => Text(inner, "type") switch
    {
        "gaussian" => replace
            ? LossPairs.ReplaceOneSampledGaussian(rate, Number(inner, "noise_multiplier"))
            : LossPairs.SampledGaussian(rate, Number(inner, "noise_multiplier")),
        "laplace" when !replace => LossPairs.SampledLaplace(rate, Number(inner, "noise_multiplier")),
        "discrete_gaussian" when !replace => DiscreteMechanisms.Gaussian(Number(inner, "sigma"), inner.GetProperty("sensitivity").GetInt32(), rate),
        _ => null,
    };
}

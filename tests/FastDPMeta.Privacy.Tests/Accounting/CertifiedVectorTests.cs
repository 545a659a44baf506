using System.Text.Json;
using FastDPMeta.Privacy.Accounting.Certified;
using Xunit.Abstractions;
using static FastDPMeta.Privacy.Tests.Accounting.ReferenceVectors;

namespace FastDPMeta.Privacy.Tests.Accounting;

/// <summary>The certified intervals against every reference vector whose mechanisms have dominating pairs.</summary>
public sealed class CertifiedVectorTests(ITestOutputHelper output)
{
    private static readonly string[] Families =
    [
        "gaussian", "gaussian_composed", "poisson_gaussian", "delta_at_epsilon", "laplace", "poisson_laplace", "discrete_laplace", "discrete_gaussian", "poisson_discrete_gaussian",
        "heterogeneous", "without_replacement", "replace_one", "tree_aggregation", "group_privacy", "other_events", "truncated_poisson", "banded_matrix_factorization", "corner",
    ];

    [SkippableFact]
    public void Intervals_contain_the_truth_or_meet_the_reference_and_are_narrow()
    {
        List<string> wrong = [];
        int truths = 0;
        int compared = 0;
        foreach (JsonElement c in Cases(Families))
        {
            string question = Text(c, "question");
            if (question is not ("epsilon" or "delta") || PairVectors.Composition(c.GetProperty("event"), Text(c, "adjacency")) is not { } composition)
            {
                continue;
            }

            (double lower, double upper) = Answer(c, question, composition);
            string line = $"{Text(c, "id")}: [{lower:r}, {upper:r}]";
            output.WriteLine(line);
            compared++;
            if (!(upper - lower <= 1e-3 * Math.Max(1, lower) || lower == upper))
            {
                wrong.Add(line + " is wide");
            }

            if (Expected(c, "truth", question) is { } truth)
            {
                truths++;
                double tolerance = question == "delta" ? 1e-9 * truth : 1e-8 + (3 * (Expected(c, "truth", "epsilon_error") ?? 0));
                if (!(lower <= truth + tolerance && upper >= truth - tolerance))
                {
                    wrong.Add($"{line} misses the truth {truth:r}");
                }
            }
            else if (Expected(c, "dp_accounting_pld", "epsilon_upper") is { } above
                && !(lower <= above + 1e-9 && upper >= (Expected(c, "dp_accounting_pld", "epsilon_lower") ?? 0) - 1e-9))
            {
                wrong.Add($"{line} does not meet the reference, at most {above:r}");
            }
        }

        output.WriteLine($"{compared} cases, {truths} with a truth");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(compared >= 110 && truths >= 85, $"only {compared} cases were compared, {truths} with a truth");
    }

    private static (double Lower, double Upper) Answer(JsonElement c, string question, ComposedPair[] composition)
    {
        if (question == "delta")
        {
            DeltaInterval delta = CertifiedAccountant.Delta(composition, Number(c, "epsilon"));
            return (delta.Lower, delta.Upper);
        }

        EpsilonInterval epsilon = CertifiedAccountant.Epsilon(composition, Number(c, "delta"));
        return (epsilon.Lower, epsilon.Upper);
    }
}

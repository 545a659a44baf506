using System.Text.Json;
using FastDPMeta.Privacy.Accounting;
using Xunit.Abstractions;
using static FastDPMeta.Privacy.Tests.Accounting.ReferenceVectors;

namespace FastDPMeta.Privacy.Tests.Accounting;

/// <summary>Against numbers computed elsewhere: a truth of many digits, and the two reference Rényi accountants at their own orders.</summary>
public sealed class ReferenceVectorTests(ITestOutputHelper output)
{
    private static readonly string[] Families = ["gaussian", "gaussian_composed", "poisson_gaussian", "heterogeneous", "delta_at_epsilon", "corner"];

    /// <summary>1.1 .. 10.9 by 0.1, then 12 .. 63: what Opacus uses by default.</summary>
    private static readonly double[] OpacusOrders = [.. Tenths(), .. Enumerable.Range(12, 52).Select(i => (double)i)];

    /// <summary>1.1 .. 10.9 by 0.1, 11 .. 63, 128, 256, 512, 1024: what dp_accounting uses by default.</summary>
    private static readonly double[] GoogleOrders = [.. Tenths(), .. Enumerable.Range(11, 53).Select(i => (double)i), 128, 256, 512, 1024];

    [SkippableFact]
    public void Epsilon_is_never_below_the_truth_and_never_above_the_reference_accountants()
    {
        int checkedCases = 0;
        foreach ((JsonElement c, PrivacyEvent e) in EpsilonCases())
        {
            double delta = Number(c, "delta");
            double epsilon = Spend(new RdpAccountant(), e, delta);
            if (Expected(c, "truth") is { } truth)
            {
                double error = Expected(c, "truth", "epsilon_error") ?? 0;
                Assert.True(epsilon >= truth - (3 * error), $"{Text(c, "id")}: ε {epsilon:r} is below the truth {truth:r}");
            }

            foreach (string source in new[] { "dp_accounting_rdp", "opacus_rdp" })
            {
                if (Expected(c, source) is { } theirs && double.IsFinite(theirs))
                {
                    // 1e-8: the references' own noise at fractional orders.
                    Assert.True(epsilon <= theirs * (1 + 1e-8), $"{Text(c, "id")}: ε {epsilon:r} is above {source}'s {theirs:r}");
                }
            }

            checkedCases++;
        }

        output.WriteLine($"{checkedCases} cases");
        Assert.True(checkedCases >= 66, $"only {checkedCases} cases were found");
    }

    [SkippableFact]
    public void Epsilon_at_the_orders_of_Opacus_equals_that_of_Opacus()
    {
        double worst = 0;
        int compared = 0;
        foreach ((JsonElement c, PrivacyEvent e) in EpsilonCases())
        {
            if (Expected(c, "opacus_rdp") is not { } theirs || !double.IsFinite(theirs) || theirs <= 0)
            {
                continue;
            }

            double ours = Spend(new RdpAccountant(OpacusOrders), e, Number(c, "delta"));
            double difference = Math.Abs(ours / theirs - 1);
            output.WriteLine($"{Text(c, "id")}: {ours:r} against {theirs:r}, relative {difference:e2}");
            Assert.True(difference <= 1e-6, $"{Text(c, "id")}: {ours:r} against {theirs:r}, relative {difference:e2}");
            worst = Math.Max(worst, difference);
            compared++;
        }

        output.WriteLine($"{compared} cases, worst relative difference {worst:e2}");
        Assert.True(compared >= 60, $"only {compared} cases were compared");
    }

    [SkippableFact]
    public void Epsilon_at_the_orders_of_dp_accounting_equals_its_own_where_its_best_order_is_whole_and_is_at_most_that_elsewhere()
    {
        double worst = 0;
        int compared = 0;
        foreach ((JsonElement c, PrivacyEvent e) in EpsilonCases())
        {
            if (Expected(c, "dp_accounting_rdp") is not { } theirs || !double.IsFinite(theirs) || theirs <= 0)
            {
                continue;
            }

            double ours = Spend(new RdpAccountant(GoogleOrders), e, Number(c, "delta"));
            Assert.True(ours <= theirs * (1 + 1e-9), $"{Text(c, "id")}: {ours:r} is above {theirs:r}");

            // At fractional orders of the *sampled* Gaussian it adds absolute values of an alternating series: larger, not equal.
            // A whole order that is best for it need not be best for us: compare at that order alone.
            if (Expected(c, "dp_accounting_rdp", "order") is { } order && (order == Math.Floor(order) || Text(c, "family").StartsWith("gaussian", StringComparison.Ordinal)))
            {
                double same = Spend(new RdpAccountant([order]), e, Number(c, "delta"));
                double difference = Math.Abs(same / theirs - 1);
                Assert.True(difference <= 1e-6, $"{Text(c, "id")}: {same:r} against {theirs:r} at order {order}, relative {difference:e2}");
                worst = Math.Max(worst, difference);
                compared++;
            }
        }

        output.WriteLine($"{compared} cases compared for equality, worst relative difference {worst:e2}");
        Assert.True(compared >= 25, $"only {compared} cases were compared");
    }

    [SkippableFact]
    public void Renyi_divergences_agree_with_the_multiprecision_values_and_err_upward_only()
    {
        double worst = 0;
        int compared = 0;
        foreach (JsonElement c in Cases("rdp_curve"))
        {
            RdpAccountant accountant = new();
            accountant.Charge(Event(c.GetProperty("event")));
            foreach (JsonElement point in c.GetProperty("expected").GetProperty("curve").EnumerateArray())
            {
                double truth = double.Parse(Text(point, "decimal"), System.Globalization.CultureInfo.InvariantCulture);
                double ours = accountant.RenyiDivergence(Number(point, "order"));
                double difference = ours / truth - 1;
                Assert.True(difference is >= 0 and <= 1e-10, $"{Text(c, "id")}, order {Number(point, "order")}: {ours:r} against {truth:r}, relative {difference:e2}");
                worst = Math.Max(worst, difference);
                compared++;
            }
        }

        output.WriteLine($"{compared} values, worst relative difference {worst:e2}");
        Assert.True(compared >= 90, $"only {compared} values were found");
    }

    [SkippableFact]
    public void Conversions_of_given_curves_agree_with_the_tight_formula()
    {
        foreach (JsonElement c in Cases("conversion"))
        {
            double[] orders = [.. c.GetProperty("orders").EnumerateArray().Select(Number)];
            double[] divergences = [.. c.GetProperty("rdp").EnumerateArray().Select(Number)];
            double delta = Number(c, "delta");
            double ours = orders.Zip(divergences, (order, divergence) => RdpConversion.Epsilon(order, divergence, delta)).Min();
            double theirs = Math.Max(0, Expected(c, "improved_balle_2020_canonne_2020") ?? double.NaN);
            Assert.True(Math.Abs(ours - theirs) <= 1e-12 * Math.Max(1, theirs), $"{Text(c, "id")}: {ours:r} against {theirs:r}");
            Assert.True(ours >= theirs, $"{Text(c, "id")}: rounded down");
        }
    }

    [SkippableFact]
    public void Calibrated_parameters_lie_between_the_truth_and_the_reference_Renyi_answer()
    {
        foreach (JsonElement c in Cases("calibration"))
        {
            JsonElement given = c.GetProperty("given");
            (double target, double delta) = (Number(c, "target_epsilon"), Number(c, "delta"));
            double? truth = Expected(c, "truth", "value");
            double reference = Expected(c, "dp_accounting_rdp", "value")!.Value;
            double ours = Text(c, "question") switch
            {
                "calibrate_sigma" => Accountant.NoiseMultiplier(Number(given, "q"), (long)Number(given, "steps"), target, delta),
                "calibrate_steps" => -Accountant.Steps(Number(given, "q"), Number(given, "sigma"), target, delta),
                _ => -Accountant.SamplingRate(Number(given, "sigma"), (long)Number(given, "steps"), target, delta),
            };
            double sign = Text(c, "question") == "calibrate_sigma" ? 1 : -1;
            output.WriteLine($"{Text(c, "id")}: {ours:r}, truth {sign * truth:r}, dp_accounting {sign * reference:r}");
            Assert.True(truth is null || ours >= sign * truth, $"{Text(c, "id")}: {ours:r} promises more than the truth {truth:r}");
            Assert.True(ours <= sign * reference * (1 + sign * 1e-6), $"{Text(c, "id")}: {ours:r} is worse than the reference {reference:r}");
        }
    }

    [SkippableFact]
    public void Delta_at_a_given_epsilon_is_never_below_the_truth()
    {
        foreach (JsonElement c in Cases("delta_at_epsilon"))
        {
            PrivacyEvent e = Event(c.GetProperty("event"));
            if (Expected(c, "truth", "delta") is not { } truth)
            {
                continue;
            }

            RdpAccountant accountant = new();
            accountant.Charge(e);
            double delta = accountant.Delta(Number(c, "epsilon"));
            output.WriteLine($"{Text(c, "id")}: {delta:e4}, truth {truth:e4}");
            Assert.InRange(delta, truth, 100 * truth);
        }
    }

    private static IEnumerable<(JsonElement Case, PrivacyEvent Event)> EpsilonCases() =>
        from c in Cases(Families)
        where Text(c, "question") == "epsilon"
        select (c, Event(c.GetProperty("event")));

    private static double Spend(RdpAccountant accountant, PrivacyEvent e, double delta)
    {
        accountant.Charge(e);
        return accountant.Spent(delta).Epsilon;
    }

    private static IEnumerable<double> Tenths() => Enumerable.Range(1, 99).Select(i => 1 + (i / 10.0));
}

using System.Text.Json;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Accounting.Certified;
using Xunit.Abstractions;
using static FastDPMeta.Privacy.Tests.Accounting.ReferenceVectors;

namespace FastDPMeta.Privacy.Tests.Accounting;

/// <summary>The certified interval on every reference vector with an event.</summary>
public sealed class CertifiedReferenceTests(ITestOutputHelper output)
{
    /// <summary>Known by a bound only: the interval is as wide as that knowledge, its upper end what moments prove.</summary>
    private static readonly string[] KnownByMoments = ["zcdp"];

    [SkippableFact]
    public void The_interval_contains_the_truth_meets_the_references_and_is_narrow()
    {
        List<string> problems = [];
        int answered = 0;
        foreach (JsonElement c in Cases())
        {
            if (!c.TryGetProperty("event", out _) || Text(c, "question") != "epsilon")
            {
                continue;
            }

            EpsilonInterval interval = Accountant.Certify(EventOf(c), Number(c, "delta"));
            string line = $"{Text(c, "id")}: [{interval.Lower:r}, {interval.Upper:r}] by {interval.LowerEngine}, {interval.UpperEngine}";
            output.WriteLine(line);
            answered++;
            if (interval.Lower > interval.Upper)
            {
                problems.Add($"{line}: inverted");
            }

            if (Expected(c, "truth") is { } truth)
            {
                double error = 1e-8 + (3 * (Expected(c, "truth", "epsilon_error") ?? 0));
                if (truth < interval.Lower - error || truth > interval.Upper + error)
                {
                    problems.Add($"{line}: misses the truth {truth:r}");
                }
            }
            else if (Expected(c, "dp_accounting_pld", "epsilon_upper") is { } theirs && interval.Lower > theirs)
            {
                problems.Add($"{line}: above the reference {theirs:r}");
            }
            else if (Expected(c, "dp_accounting_pld", "epsilon_lower") is { } least && interval.Upper < least)
            {
                problems.Add($"{line}: below the reference {least:r}");
            }

            if (!KnownByMoments.Contains(Text(c, "family")) && interval.Width > 1e-3 * Math.Max(1, interval.Upper))
            {
                problems.Add($"{line}: {interval.Width:e1} wide");
            }
        }

        Assert.True(problems.Count == 0, string.Join(Environment.NewLine, problems));
        Assert.True(answered >= 110, $"only {answered} cases were found");
    }

    [SkippableFact]
    public void Delta_at_an_epsilon_contains_the_truth()
    {
        foreach (JsonElement c in Cases("delta_at_epsilon"))
        {
            DeltaInterval interval = Accountant.CertifyDelta(EventOf(c), Number(c, "epsilon"));
            output.WriteLine($"{Text(c, "id")}: [{interval.Lower:r}, {interval.Upper:r}]");
            double reference = Expected(c, "truth", "delta") ?? Expected(c, "dp_accounting_pld", "delta_upper")!.Value;
            Assert.InRange(reference, interval.Lower * (1 - 1e-10), interval.Upper * (Expected(c, "truth", "delta") is null ? 1.0001 : 1 + 1e-10));
        }
    }

    [SkippableFact]
    public void Calibrated_parameters_are_those_of_the_truth_on_the_safe_side()
    {
        int compared = 0;
        foreach (JsonElement c in Cases("calibration"))
        {
            JsonElement given = c.GetProperty("given");
            (double target, double delta) = (Number(c, "target_epsilon"), Number(c, "delta"));
            double reference = Expected(c, "truth", "value") ?? Expected(c, "dp_accounting_pld", "value")!.Value;
            bool exact = Expected(c, "truth", "value") is not null;
            double sign = Text(c, "question") == "calibrate_sigma" ? 1 : -1;
            PrivacyEvent Plan(double rate, double noise) => new SelfComposedEvent(new PoissonSampledGaussianEvent(rate, noise), (long)Number(given, "steps"));
            double ours = Text(c, "question") switch
            {
                "calibrate_sigma" => CertifiedCalibration.NoiseMultiplier(noise => Plan(Number(given, "q"), noise), target, delta),
                "calibrate_steps" => CertifiedCalibration.Steps(new PoissonSampledGaussianEvent(Number(given, "q"), Number(given, "sigma")), target, delta),
                _ => CertifiedCalibration.SamplingRate(rate => Plan(rate, Number(given, "sigma")), target, delta),
            };
            output.WriteLine($"{Text(c, "id")}: {ours:r} against {reference:r}");
            if (exact)
            {
                Assert.Equal(reference, ours, 1e-6 * reference);
            }
            else
            {
                // A grid of 1e-3 is all the reference has here: it asks for more noise, or allows less sampling, than is needed.
                Assert.InRange(sign * (reference - ours) / reference, -1e-9, 0.1);
            }

            compared++;
        }

        Assert.Equal(8, compared);
    }

    [SkippableFact]
    public void True_positive_rates_are_those_of_the_gaussian_curve()
    {
        foreach (JsonElement c in Cases("trade_off"))
        {
            TradeOffCurve curve = new(EventOf(c));
            double mu = Expected(c, "truth", "mu")!.Value;
            Assert.InRange((2 * NormalDistribution.Cumulative(mu / 2)) - 1, curve.Advantage.Lower * (1 - 1e-12), curve.Advantage.Upper * (1 + 1e-12));
            foreach (JsonElement point in c.GetProperty("expected").GetProperty("truth").GetProperty("curve").EnumerateArray())
            {
                RateInterval rate = curve.TruePositiveRate(Number(point, "false_positive_rate"));
                double truth = Number(point, "true_positive_rate");
                Assert.True(rate.Lower <= truth && truth <= rate.Upper * (1 + 1e-9) && rate.Upper <= truth * (1 + 1e-5), $"[{rate.Lower:r}, {rate.Upper:r}] against {truth:r}");
            }
        }
    }

    [Theory]
    [InlineData(1e-15)]
    [InlineData(1e-5)]
    [InlineData(0.5)]
    public void Corners_are_answered_with_numbers(double delta)
    {
        foreach (double noise in new[] { 0.1, 1, 30, 1000 })
        {
            foreach (double rate in new[] { 1e-8, 0.003, 1 })
            {
                foreach (long steps in new[] { 0L, 1, 10_000_000 })
                {
                    PrivacyEvent plan = new SelfComposedEvent(new PoissonSampledGaussianEvent(rate, noise), steps);
                    EpsilonInterval interval = Accountant.Certify(plan, delta);
                    string what = $"σ {noise}, q {rate}, {steps} steps, δ {delta}: [{interval.Lower:r}, {interval.Upper:r}] by {interval.LowerEngine}, {interval.UpperEngine}";
                    Assert.True(interval.Lower >= 0 && interval.Lower <= interval.Upper && !double.IsNaN(interval.Upper), what);
                    RdpAccountant moments = new();
                    moments.Charge(plan);
                    Assert.True(interval.Upper <= moments.Spent(delta).Epsilon, what);
                }
            }
        }
    }
}

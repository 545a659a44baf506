using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Accounting.Certified;
using FastDPMeta.Privacy.Accounting.Loss;
using FastDPMeta.Privacy.Accounting.Pld;
using Xunit.Abstractions;

namespace FastDPMeta.Privacy.Tests.Accounting;

/// <summary>Losses rounded to the nearest point of a grid, with a bound of what that takes from a sum of many.</summary>
public sealed class RoundedSumsTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0.3, 0.0, 0.0)]
    [InlineData(0.07, 0.02, 1e-3)]
    public void Rounding_keeps_masses_and_says_what_it_took(double step, double offset, double below)
    {
        double[] losses = [.. Enumerable.Range(0, 50).Select(i => -0.7 + (0.061 * i) + (0.02 * Math.Sin(i * i)))];
        double[] masses = [.. Enumerable.Range(0, 50).Select(i => i == 12 ? 0.5 : 0.01 * Math.Exp(-0.1 * i))];
        GridMasses grid = new();
        Residuals taken = grid.Round(losses, masses, below, offset, step);
        double rounded = 0;
        for (int i = 0; i < grid.Count; i++)
        {
            rounded += grid.Masses[i] * (grid.Offset + ((grid.First + i) * step));
        }

        double lowest = grid.Offset + ((grid.First + 2) * step);
        Assert.True(lowest >= losses.Min()); // what is cut below must not be rounded down
        Assert.Equal(masses.Sum() + below, grid.Masses.ToArray().Sum(), 1e-14);
        Assert.Equal(masses.Zip(losses, (mass, loss) => mass * loss).Sum(), rounded - (below * lowest) + taken.Mean, 1e-14);
        Assert.InRange(taken.Square, 0, masses.Sum() * step * step);
        Assert.True(taken.Square < 0.6 * masses.Sum() * step * step / 4); // the heaviest lies on its point
    }

    [Theory]
    [InlineData(1e-3, 100)]
    [InlineData(1e-9, 1000)]
    [InlineData(1e-15, 40)]
    public void The_reach_holds_for_numbers_that_are_as_far_from_their_mean_as_they_can_be(double probability, int count)
    {
        // ±1 with probability one half: P(S > x) is a binomial tail.
        double reach = new Residuals(0, count, 1).Reach(probability, count);
        double tail = BinomialTail.UpperBound(count, 0.5, (int)Math.Floor(((reach + count) / 2) + 1));
        Assert.InRange(tail, 0, probability);
        Assert.True(reach < 2.2 * Math.Sqrt(2 * count * -Math.Log(probability))); // and is not much larger than it has to be
    }

    [SkippableFact]
    public void Bounds_contain_the_truth_of_every_sampled_Gaussian_of_the_reference()
    {
        int compared = 0;
        double widest = 0;
        foreach (System.Text.Json.JsonElement c in ReferenceVectors.Cases("poisson_gaussian", "corner", "heterogeneous"))
        {
            if (ReferenceVectors.Text(c, "question") != "epsilon" || ReferenceVectors.Expected(c, "truth", "epsilon") is not { } truth
                || PairVectors.Composition(c.GetProperty("event"), ReferenceVectors.Text(c, "adjacency")) is not { } composition)
            {
                continue;
            }

            (double lower, double upper) = (0, 0);
            bool answered = true;
            foreach (bool adds in (bool[])[false, true])
            {
                PldEngine engine = new();
                foreach (ComposedPair part in composition)
                {
                    engine.Add(adds ? part.Pairs.Add : part.Pairs.Remove, part.Count);
                }

                answered &= engine.TryEpsilonRounded(ReferenceVectors.Number(c, "delta"), 1 << 16, out double low, out double high);
                (lower, upper) = (Math.Max(lower, low), Math.Max(upper, high));
            }

            if (!answered)
            {
                continue;
            }

            compared++;
            double tolerance = 1e-8 + (3 * (ReferenceVectors.Expected(c, "truth", "epsilon_error") ?? 0));
            Assert.True(lower <= truth + tolerance && upper >= truth - tolerance, $"{ReferenceVectors.Text(c, "id")}: [{lower:r}, {upper:r}] misses {truth:r}");
            widest = Math.Max(widest, (upper - lower) / Math.Max(1, lower));
            output.WriteLine($"{ReferenceVectors.Text(c, "id")}: [{lower:r}, {upper:r}], truth {truth:r}");
        }

        output.WriteLine($"{compared} compared, widest {widest:g3}");
        Assert.True(compared >= 20, $"only {compared} were compared");
    }

    [Theory]
    [InlineData(0.1, 1e-3, 10_000_000, 0.5)]
    [InlineData(0.1, 1e-3, 10_000_000, 1e-5)]
    [InlineData(0.1, 1e-5, 10_000_000, 1e-9)]
    public void Millions_of_nearly_atomic_losses_have_a_narrow_interval(double noise, double rate, long steps, double delta)
    {
        EpsilonInterval interval = CertifiedAccountant.Epsilon([new(LossPairs.SampledGaussian(rate, noise), steps)], delta);
        output.WriteLine($"[{interval.Lower:r}, {interval.Upper:r}] {interval.LowerEngine} {interval.UpperEngine}");
        Assert.InRange(interval.Width, 0, 1e-3 * interval.Lower);
        Assert.True(interval.Upper <= Accountant.Epsilon(rate, noise, steps, delta));
    }

    [Theory]
    [InlineData(0.5, 1e-8, 10_000, 0.01, 0.08)]
    [InlineData(1, 1e-5, 10, 0.0075, 0.011)]
    public void Rare_jumps_at_a_tiny_delta_are_bounded_beyond_the_rounding_of_a_transform(double noise, double rate, long steps, double least, double most)
    {
        // Transforms of all of such a law, nearly one point, round by more than δ: they gave [0, 1.07] and [0.0060, 0.0167].
        EpsilonInterval interval = CertifiedAccountant.Epsilon([new(LossPairs.SampledGaussian(rate, noise), steps)], 1e-15);
        output.WriteLine($"[{interval.Lower:r}, {interval.Upper:r}] {interval.LowerEngine} {interval.UpperEngine}");
        Assert.InRange(interval.Lower, least, interval.Upper);
        Assert.InRange(interval.Upper, interval.Lower, most);
    }
}

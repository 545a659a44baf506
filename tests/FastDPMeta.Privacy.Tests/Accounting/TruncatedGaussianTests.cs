using FastDPMeta.Privacy.Accounting;
using Xunit.Abstractions;

namespace FastDPMeta.Privacy.Tests.Accounting;

/// <summary>Against the exact distribution over all lots and cuts of tiny data sets, in both directions and for every size up to the population.</summary>
public sealed class TruncatedGaussianTests(ITestOutputHelper output)
{
    private const double Rounding = 1e-9;
    private static readonly double[] Orders = [1.3, 2, 3.5, 6];

    [Theory]
    [InlineData(4, 0.4, 1, 1.0)]
    [InlineData(5, 0.4, 2, 1.0)]
    [InlineData(5, 0.15, 2, 0.7)]
    [InlineData(5, 0.7, 3, 2.0)]
    [InlineData(6, 0.1, 1, 0.8)]
    public void No_pair_of_neighbours_exceeds_the_moments(int population, double rate, int cap, double noise)
    {
        MomentBound bound = Bound(new TruncatedPoissonSampledGaussianEvent(population, rate, cap, noise));
        double worst = double.NegativeInfinity;
        foreach ((NoisySums with, NoisySums without) in Neighbours(population, rate, cap, noise))
        {
            foreach (double order in Orders)
            {
                double exact = Math.Max(with.LogMoment(without, order), without.LogMoment(with, order));
                double claimed = bound.LogMoment(order);
                Assert.True(exact <= claimed + Rounding, $"order {order}: {exact:r} exceeds {claimed:r}");
                worst = Math.Max(worst, exact / claimed);
            }
        }

        output.WriteLine($"largest exact / claimed: {worst:0.####}");
        Assert.True(worst > 0.3, $"the bound is far from every pair: {worst}");
    }

    [Theory]
    [InlineData(4, 0.4, 1, 1.0)]
    [InlineData(5, 0.15, 2, 0.7)]
    [InlineData(5, 0.02, 2, 1.5)]
    public void No_pair_of_neighbours_exceeds_the_delta_reported(int population, double rate, int cap, double noise)
    {
        TruncatedPoissonSampledGaussianEvent release = new(population, rate, cap, noise);
        RdpAccountant one = new(), two = new();
        one.Charge(release);
        two.Charge(release, 2);
        foreach ((NoisySums with, NoisySums without) in Neighbours(population, rate, cap, noise))
        {
            foreach (double epsilon in new[] { 0.1, 0.5, 1, 2, 4 })
            {
                double exact = Math.Max(with.Delta(without, epsilon), without.Delta(with, epsilon));
                Assert.True(exact <= one.Delta(epsilon) + Rounding, $"ε {epsilon}: δ {exact:r} exceeds {one.Delta(epsilon):r}");
            }
        }

        (NoisySums likely, NoisySums other) = Neighbours(population, rate, cap, noise).Last();
        foreach (double epsilon in new[] { 0.3, 1, 3 })
        {
            double exact = Math.Max(likely.DeltaOfTwo(other, epsilon), other.DeltaOfTwo(likely, epsilon));
            Assert.True(exact <= two.Delta(epsilon) * 1.001, $"two rounds, ε {epsilon}: δ {exact:r} exceeds {two.Delta(epsilon):r}");
        }
    }

    [Fact]
    public void Plain_Poisson_moments_are_too_small_for_lots_that_are_cut()
    {
        // What the cut costs is real: x displaces a unit of the opposite sign, and the sum moves by two.
        NoisySums with = NoisySums.Truncated([1, -1, -1, -1], 0.4, 1, 1);
        NoisySums without = NoisySums.Truncated([-1, -1, -1], 0.4, 1, 1);
        Assert.True(with.LogMoment(without, 6) > 1.2 * new SampledGaussian(0.4, 1).LogMoment(6));
    }

    [Fact]
    public void A_cap_of_the_population_is_plain_Poisson_sampling()
    {
        RdpAccountant cut = new(), plain = new();
        cut.Charge(new TruncatedPoissonSampledGaussianEvent(1000, 0.03, 1000, 1.1), 300);
        plain.Charge(new PoissonSampledGaussianEvent(0.03, 1.1), 300);
        Assert.Equal(plain.Spent(1e-6), cut.Spent(1e-6));
        Assert.Equal(plain.Delta(1.5), cut.Delta(1.5));
    }

    [Fact]
    public void Epsilon_falls_as_the_cap_grows_and_ends_at_that_of_Poisson_sampling()
    {
        double[] epsilons = [.. new[] { 256, 280, 300, 320, 340, 360, 380, 420, 50_000 }.Select(cap => Epsilon(50_000, 256.0 / 50_000, cap, 1.0, 2000, 1e-6))];
        output.WriteLine(string.Join(", ", epsilons));
        double plain = Accountant.Epsilon(256.0 / 50_000, 1.0, 2000, 1e-6);
        for (int i = 1; i < epsilons.Length; i++)
        {
            Assert.True(epsilons[i] <= epsilons[i - 1] * (1 + 1e-7));
            Assert.True(epsilons[i] >= plain * (1 - 1e-7));
        }

        Assert.Equal(plain, epsilons[^1]);
        Assert.Equal(plain, epsilons[^2], 1e-5 * plain); // ten deviations above the mean: free
        Assert.True(epsilons[0] > 3 * plain);
    }

    [Fact]
    public void Epsilon_rises_with_population_rounds_and_falls_with_noise_and_delta()
    {
        double at = Epsilon(20_000, 0.005, 140, 0.9, 500, 1e-6);
        Assert.True(Epsilon(25_000, 0.005, 140, 0.9, 500, 1e-6) > at);
        Assert.True(Epsilon(20_000, 0.005, 140, 0.9, 600, 1e-6) > at);
        Assert.True(Epsilon(20_000, 0.005, 140, 1.0, 500, 1e-6) < at);
        Assert.True(Epsilon(20_000, 0.005, 140, 0.9, 500, 1e-5) < at);
    }

    [Fact]
    public void Delta_pays_for_cuts_where_that_is_cheaper()
    {
        TruncatedPoissonSampledGaussianEvent release = new(50_000, 256.0 / 50_000, 360, 0.8);
        RdpAccountant accountant = new(), plain = new();
        accountant.Charge(release, 2000);
        plain.Charge(new PoissonSampledGaussianEvent(256.0 / 50_000, 0.8), 2000);
        double tails = 2000 * release.CutProbability;
        Assert.InRange(tails, 1e-8, 1e-6); // a visible part of δ
        double epsilon = accountant.Spent(1e-6).Epsilon;
        Assert.Equal(plain.Spent((1e-6 - tails) / (1 - tails)).Epsilon, epsilon, 1e-9);
        Assert.True(epsilon > plain.Spent(1e-6).Epsilon);
        Assert.True(accountant.Delta(epsilon) <= 1e-6 * (1 + 1e-6));
        Assert.True(accountant.Delta(epsilon) >= tails);
    }

    [SkippableFact]
    public void Epsilon_is_at_least_that_of_the_reference_privacy_loss_distribution()
    {
        int compared = 0;
        foreach (System.Text.Json.JsonElement c in ReferenceVectors.Cases("truncated_poisson"))
        {
            double delta = ReferenceVectors.Number(c, "delta");
            RdpAccountant accountant = new();
            accountant.Charge(ReferenceVectors.EventOf(c));
            double ours = accountant.Spent(delta).Epsilon;
            double theirs = ReferenceVectors.Expected(c, "dp_accounting_pld", "epsilon_upper")!.Value;
            output.WriteLine($"{ReferenceVectors.Text(c, "id")}: {ours:r} against {theirs:r}");
            Assert.InRange(ours, theirs * (1 - 1e-3), 2 * theirs);
            compared++;
        }

        Assert.Equal(2, compared);
    }

    private static double Epsilon(int population, double rate, int cap, double noise, long rounds, double delta)
    {
        RdpAccountant accountant = new();
        accountant.Charge(new TruncatedPoissonSampledGaussianEvent(population, rate, cap, noise), rounds);
        return accountant.Spent(delta).Epsilon;
    }

    private static TruncatedGaussian Bound(TruncatedPoissonSampledGaussianEvent e) => new(e.SamplingRate, e.NoiseMultiplier, e.CutProbability, e.CutRate);

    /// <summary>Data sets of every size below the population, their values among -1, 0 and 1 up to order, and the same with one unit of value 1 more.</summary>
    private static IEnumerable<(NoisySums With, NoisySums Without)> Neighbours(int population, double rate, int cap, double noise)
    {
        for (int size = 0; size < population; size++)
        {
            for (int positive = size; positive >= 0; positive--)
            {
                foreach (int zero in new[] { 0, (size - positive) / 2 }.Distinct())
                {
                    double[] others = [.. Enumerable.Repeat(1.0, positive), .. Enumerable.Repeat(0.0, zero), .. Enumerable.Repeat(-1.0, size - positive - zero)];
                    yield return (NoisySums.Truncated([1, .. others], rate, cap, noise), NoisySums.Truncated(others, rate, cap, noise));
                }
            }
        }
    }
}

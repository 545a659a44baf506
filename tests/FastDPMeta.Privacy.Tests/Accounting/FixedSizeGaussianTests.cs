using FastDPMeta.Privacy.Accounting;
using Xunit.Abstractions;

namespace FastDPMeta.Privacy.Tests.Accounting;

/// <summary>Against the exact distribution over all lots of tiny data sets, against a direct integral, and against published bounds.</summary>
public sealed class FixedSizeGaussianTests(ITestOutputHelper output)
{
    private const double Rounding = 1e-9;
    private static readonly double[] Orders = [1.3, 2, 3.5, 6];

    [Theory]
    [InlineData(4, 1, 1.5)]
    [InlineData(4, 2, 2.0)]
    [InlineData(5, 4, 2.0)]
    [InlineData(5, 2, 4.0)]
    [InlineData(6, 1, 1.2)]
    public void No_exchange_of_one_unit_exceeds_the_moments(int population, int lot, double noise)
    {
        FixedSizeGaussian bound = new((double)lot / population, noise / 2);
        double worst = double.NegativeInfinity;
        foreach ((NoisySums left, NoisySums right) in Neighbours(population, lot, noise))
        {
            foreach (double order in Orders)
            {
                double exact = Math.Max(left.LogMoment(right, order), right.LogMoment(left, order));
                double claimed = bound.LogMoment(order);
                Assert.True(exact <= claimed + Rounding, $"order {order}: {exact:r} exceeds {claimed:r}");
                worst = Math.Max(worst, exact / claimed);
            }
        }

        output.WriteLine($"largest exact / claimed: {worst:0.####}");
        Assert.True(worst > 0.8, $"the bound is far from every pair: {worst}");
    }

    [Theory]
    [InlineData(4, 2, 2.0)]
    [InlineData(6, 1, 1.5)]
    public void No_exchange_of_one_unit_exceeds_the_delta_reported(int population, int lot, double noise)
    {
        FixedSizeSampledGaussianEvent release = new(population, lot, noise / 2);
        RdpAccountant one = new(NeighbouringRelation.ReplaceOne), two = new(NeighbouringRelation.ReplaceOne);
        one.Charge(release);
        two.Charge(release, 2);
        foreach ((NoisySums left, NoisySums right) in Neighbours(population, lot, noise))
        {
            foreach (double epsilon in new[] { 0.1, 0.5, 1, 2, 4 })
            {
                double exact = Math.Max(left.Delta(right, epsilon), right.Delta(left, epsilon));
                Assert.True(exact <= one.Delta(epsilon) + Rounding, $"ε {epsilon}: δ {exact:r} exceeds {one.Delta(epsilon):r}");
            }
        }

        (NoisySums worst, NoisySums other) = Neighbours(population, lot, noise).Last();
        foreach (double epsilon in new[] { 0.3, 1, 3 })
        {
            double exact = Math.Max(worst.DeltaOfTwo(other, epsilon), other.DeltaOfTwo(worst, epsilon));
            Assert.True(exact <= two.Delta(epsilon) * 1.001, $"two rounds, ε {epsilon}: δ {exact:r} exceeds {two.Delta(epsilon):r}");
        }
    }

    [Fact]
    public void Noise_for_a_sensitivity_of_one_clip_norm_would_be_too_little()
    {
        NoisySums left = NoisySums.FixedSize([1, -1, -1, -1], 2, 2);
        NoisySums right = NoisySums.FixedSize([-1, -1, -1, -1], 2, 2);
        Assert.True(left.LogMoment(right, 4) > 2 * new FixedSizeGaussian(0.5, 2).LogMoment(4));
    }

    [Theory]
    [InlineData(0.001, 0.5)]
    [InlineData(0.01, 1)]
    [InlineData(0.01, 2)]
    [InlineData(0.1, 5)]
    [InlineData(0.5, 4)]
    [InlineData(0.5, 40)]
    [InlineData(0.97, 1)]
    public void The_bound_is_the_integral_rounded_up_by_a_few_percent(double rate, double noise)
    {
        FixedSizeGaussian bound = new(rate, noise);
        SampledGaussian sampled = new(rate, noise);
        foreach (double order in new[] { 1.01, 1.5, 2, 4, 9.3 })
        {
            double integral = Integral(rate, noise, order);
            double claimed = bound.LogMoment(order);
            output.WriteLine($"order {order}: {claimed / integral:0.######}, Poisson {sampled.LogMoment(order) / integral:0.######}");
            Assert.True(claimed >= integral * (1 - 1e-9), $"order {order}: {claimed:r} is below {integral:r}");
            Assert.True(claimed <= integral * 1.02, $"order {order}: {claimed:r} is far above {integral:r}");
        }
    }

    [Fact]
    public void Lots_of_everybody_are_the_plain_Gaussian_under_an_exchange()
    {
        RdpAccountant all = new(NeighbouringRelation.ReplaceOne), plain = new(NeighbouringRelation.ReplaceOne);
        all.Charge(new FixedSizeSampledGaussianEvent(60, 60, 5), 20);
        plain.Charge(new GaussianEvent(5) { Neighbours = NeighbouringRelation.ReplaceOne }, 20);
        Assert.Equal(plain.Spent(1e-5), all.Spent(1e-5));

        // The exact answer for 20 Gaussian releases of multiplier 10 whose means lie two clip norms apart (Balle and Wang 2018, theorem 8, 30 digits).
        Assert.InRange(all.Spent(1e-5).Epsilon, 3.84861028253798, 3.84861028253798 * 1.1);
    }

    [Fact]
    public void Nearly_everybody_is_nearly_the_plain_Gaussian_and_never_more()
    {
        double plain = new SampledGaussian(1, 1.5).LogMoment(4);
        double nearly = new FixedSizeGaussian(1 - 1e-7, 1.5).LogMoment(4);
        Assert.InRange(nearly, plain * 0.999, plain * (1 + 1e-14));
    }

    [SkippableFact]
    public void Epsilon_is_below_the_general_bound_and_above_one_direction_of_the_truth()
    {
        int compared = 0;
        foreach (System.Text.Json.JsonElement c in ReferenceVectors.Cases("without_replacement"))
        {
            double delta = ReferenceVectors.Number(c, "delta");
            SelfComposedEvent repeated = (SelfComposedEvent)ReferenceVectors.EventOf(c);
            FixedSizeSampledGaussianEvent once = (FixedSizeSampledGaussianEvent)SingleReleases.Of(repeated).Items.Single().Release;
            RdpAccountant accountant = new(NeighbouringRelation.ReplaceOne), single = new(NeighbouringRelation.ReplaceOne);
            accountant.Charge(repeated);
            single.Charge(once);
            double ours = accountant.Spent(delta).Epsilon;
            double general = ReferenceVectors.Expected(c, "dp_accounting_rdp")!.Value;
            output.WriteLine($"{ReferenceVectors.Text(c, "id")}: {ours:r} against {general:r}");
            Assert.True(ours <= general, $"{ours:r} is above {general:r}");

            // One release has a pair of neighbours with exactly this δ: rate times that of the unsampled Gaussian.
            double epsilon = single.Spent(delta).Epsilon;
            Assert.True(delta >= OneRelease(once.Rate, once.NoiseMultiplier, epsilon), $"ε {epsilon:r} understates one release");
            compared++;
        }

        Assert.Equal(4, compared);
    }

    [Fact]
    public void Epsilon_is_at_least_the_truth_of_the_pair_that_attains_one_direction()
    {
        // γ = 0.01, z = 1, 1000 rounds, δ = 1e-5: the sampled Gaussian of that rate and multiplier is a pair of neighbours; its exact ε is 1.83.
        RdpAccountant accountant = new(NeighbouringRelation.ReplaceOne);
        accountant.Charge(new FixedSizeSampledGaussianEvent(10_000, 100, 1), 1000);
        Assert.InRange(accountant.Spent(1e-5).Epsilon, 1.83, 2.7);
    }

    [Fact]
    public void Epsilon_rises_with_lot_and_rounds_and_falls_with_noise()
    {
        double at = Epsilon(500, 1.0, 300);
        Assert.True(Epsilon(501, 1.0, 300) > at);
        Assert.True(Epsilon(500, 1.0, 301) > at);
        Assert.True(Epsilon(500, 1.01, 300) < at);
        Assert.Equal(0, Epsilon(0, 1.0, 300));
        Assert.Equal(double.PositiveInfinity, Epsilon(500, 0, 300));
    }

    [Fact]
    public void Extreme_parameters_stay_finite_and_between_the_moments_with_and_without_sampling()
    {
        foreach (double rate in new[] { 1e-9, 1e-3, 0.5, 1 - 1e-12 })
        {
            foreach (double noise in new[] { 0.01, 0.2, 1, 1e3, 1e6 })
            {
                foreach (double order in new[] { 1 + 1e-6, 1.5, 77.7, 9999.5 })
                {
                    double moment = new FixedSizeGaussian(rate, noise).LogMoment(order);
                    Assert.True(moment >= new SampledGaussian(rate, noise).LogMoment(order) * (1 - 1e-14), $"rate {rate}, z {noise}, order {order}: {moment:r}");
                    Assert.True(moment <= order * (order - 1) / (2 * noise * noise) * (1 + 1e-14), $"rate {rate}, z {noise}, order {order}: {moment:r}");
                }
            }
        }
    }

    private static double Epsilon(int lot, double noise, long rounds)
    {
        RdpAccountant accountant = new(NeighbouringRelation.ReplaceOne);
        accountant.Charge(new FixedSizeSampledGaussianEvent(50_000, lot, noise), rounds);
        return accountant.Spent(1e-6).Epsilon;
    }

    /// <summary>log(1 + E[L^α + L^{1-α} - 1 - L; L > 1]) by a midpoint sum, with the two powers taken through expm1 so that little cancels.</summary>
    private static double Integral(double rate, double noise, double order)
    {
        const double Step = 2e-4;
        double start = 1 / (2 * noise);
        double end = start + (order / noise) + 14;
        double sum = 0;
        for (double u = start + (Step / 2); u < end; u += Step)
        {
            double y = rate * PreciseMath.Expm1((u / noise) - (1 / (2 * noise * noise)));
            double logL = PreciseMath.Log1p(y);
            double value = ((1 + y) * PreciseMath.Expm1((order - 1) * logL)) + PreciseMath.Expm1((1 - order) * logL);
            sum += Math.Exp(-u * u / 2) * value;
        }

        return PreciseMath.Log1p(sum * Step / Math.Sqrt(2 * Math.PI));
    }

    /// <summary>δ of (1-γ)N(0,z²) + γN(1,z²) against N(0,z²) at ε, in closed form.</summary>
    private static double OneRelease(double rate, double noise, double epsilon)
    {
        double threshold = (noise * noise * Math.Log((Math.Exp(epsilon) - 1 + rate) / rate)) + 0.5;
        return ((1 - rate - Math.Exp(epsilon)) * NormalDistribution.Cumulative(-threshold / noise)) + (rate * NormalDistribution.Cumulative((1 - threshold) / noise));
    }

    /// <summary>Data of values among -1, 0 and 1 up to order, with one unit exchanged; the last pair is the worst: everybody else equal to the unit that leaves.</summary>
    private static IEnumerable<(NoisySums Left, NoisySums Right)> Neighbours(int population, int lot, double noise)
    {
        foreach ((double from, double to) in new[] { (0.0, 1.0), (-0.5, 1.0), (1.0, -1.0) })
        {
            for (int positive = population - 1; positive >= 0; positive--)
            {
                foreach (int zero in new[] { (population - 1 - positive) / 2, 0 }.Distinct())
                {
                    double[] others = [.. Enumerable.Repeat(1.0, positive), .. Enumerable.Repeat(0.0, zero), .. Enumerable.Repeat(-1.0, population - 1 - positive - zero)];
                    yield return (NoisySums.FixedSize([from, .. others], lot, noise), NoisySums.FixedSize([to, .. others], lot, noise));
                }
            }
        }
    }
}

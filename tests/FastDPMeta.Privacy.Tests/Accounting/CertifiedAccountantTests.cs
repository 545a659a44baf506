using FastDPMeta.Privacy.Accounting.Certified;
using FastDPMeta.Privacy.Accounting.Contour;
using FastDPMeta.Privacy.Accounting.Loss;
using FastDPMeta.Privacy.Accounting.Pld;

namespace FastDPMeta.Privacy.Tests.Accounting;

public sealed class CertifiedAccountantTests
{
    [Fact]
    public void Nothing_released_costs_nothing()
    {
        Assert.Equal(0, CertifiedAccountant.Epsilon([], 1e-5).Upper);
        Assert.Equal(0, Sampled(0.01, 1, 0, 1e-5).Upper); // dp_accounting's loss distributions raise an error for a count of 0
        Assert.Equal(0, Sampled(0, 1, 1000, 1e-5).Upper);
        Assert.Equal(0, CertifiedAccountant.Delta([new(LossPairs.SampledGaussian(0.01, 1), 0)], 1).Upper);
    }

    [Fact]
    public void A_release_without_noise_has_no_finite_epsilon()
    {
        EpsilonInterval interval = CertifiedAccountant.Epsilon([new(LossPairs.Gaussian(0), 1), new(LossPairs.Gaussian(1), 5)], 1e-5);
        Assert.Equal(double.PositiveInfinity, interval.Lower);
        Assert.Equal(0, interval.Width);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1)]
    [InlineData(double.PositiveInfinity)]
    public void Noise_that_makes_no_sense_is_refused_instead_of_becoming_an_epsilon_of_0(double noise)
    {
        // dp_accounting's Rényi accountant answers 0 for Gaussian(NaN).
        Assert.Throws<ArgumentOutOfRangeException>(() => LossPairs.Gaussian(noise));
        Assert.Throws<ArgumentOutOfRangeException>(() => LossPairs.SampledLaplace(0.1, noise));
        Assert.Throws<ArgumentOutOfRangeException>(() => DiscreteMechanisms.Gaussian(noise, 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_delta_outside_the_open_unit_interval_is_refused(double delta) => Assert.Throws<ArgumentOutOfRangeException>(() => Sampled(0.01, 1, 10, delta));

    [Fact]
    public void Negative_counts_and_probabilities_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CertifiedAccountant.Epsilon([new(LossPairs.Gaussian(1), -1)], 1e-5));
        Assert.Throws<ArgumentOutOfRangeException>(() => DiscreteMechanisms.EpsilonDelta(-0.1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => DiscreteMechanisms.EpsilonDelta(0.1, 1.5)); // dp_accounting takes both
        Assert.Throws<ArgumentOutOfRangeException>(() => LossPairs.SampledGaussian(1.5, 1));
    }

    [Fact]
    public void Randomised_response_counts_its_repetitions()
    {
        // dp_accounting's loss distributions ignore the count: 1.0987 for one as for a hundred.
        EpsilonInterval hundred = CertifiedAccountant.Epsilon([new(DiscreteMechanisms.RandomizedResponse(0.5, 2), 100)], 1e-5);
        Assert.InRange(90.78, hundred.Lower - 0.01, hundred.Upper + 0.01);
    }

    [Fact]
    public void The_exponential_mechanism_counts_its_repetitions()
    {
        // dp_accounting's Rényi accountant answers 0.1035 for one as for a hundred.
        DominatingPairs pairs = DiscreteMechanisms.PureEpsilon(0.1);
        Assert.True(CertifiedAccountant.Epsilon([new(pairs, 100)], 1e-5).Lower > 4 * CertifiedAccountant.Epsilon([new(pairs, 1)], 1e-5).Upper);
    }

    [Fact]
    public void A_small_delta_in_a_long_run_is_not_understated()
    {
        // dp_accounting's pessimistic answer is 23.63: rounding of the transforms, bounded nowhere.
        EpsilonInterval interval = Sampled(0.007, 0.7, 20_000, 1e-13);
        Assert.InRange(interval.Upper, 24.13, 24.15);
        Assert.InRange(interval.Width, 0, 1e-6);
    }

    [Fact]
    public void A_long_run_at_an_everyday_delta_is_not_understated() => Assert.InRange(Sampled(3e-4, 0.45, 300_000, 1e-8).Upper, 15.8661, 15.8663); // dp_accounting: 15.8649

    [Theory]
    [InlineData(1e-14)]
    [InlineData(1e-15)]
    [InlineData(1e-30)]
    public void No_delta_is_too_small(double delta)
    {
        // dp_accounting's loss distributions answer 1.5 times too much at 1e-14 and infinity at 1e-15.
        EpsilonInterval interval = Sampled(0.01, 1, 1000, delta);
        Assert.InRange(interval.Width, 0, 1e-6);
        Assert.True(double.IsFinite(interval.Upper));
    }

    [Fact]
    public void A_large_delta_gives_0_and_not_a_negative_epsilon() => Assert.Equal(0, Sampled(0.01, 2.5, 10, 0.5).Upper); // Opacus: -0.54

    [Fact]
    public void Replacing_one_unit_moves_the_sum_twice_as_far()
    {
        // dp_accounting's Rényi accountant keeps the sensitivity C: 4.73 where the loss distributions say 10.0.
        EpsilonInterval replace = CertifiedAccountant.Epsilon([new(LossPairs.ReplaceOneSampledGaussian(1, 1), 1)], 1e-5);
        Assert.Equal(CertifiedAccountant.Epsilon([new(LossPairs.Gaussian(0.5), 1)], 1e-5), replace);
        Assert.InRange(replace.Upper, 9.9, 10.1);
    }

    [Theory]
    [InlineData(0.01, 1.0, 10_000, 1e-5)]
    [InlineData(0.05, 2.0, 100, 1e-8)]
    [InlineData(0.004, 0.8, 1000, 1e-20)]
    public void Contour_and_loss_distribution_agree(double rate, double noise, long steps, double delta)
    {
        LossPair pair = LossPairs.SampledGaussian(rate, noise).Remove;
        ContourEngine contour = new();
        contour.Add(pair, steps);
        Assert.True(contour.TryEpsilon(delta, out double contourLow, out double contourHigh));
        PldEngine grid = new();
        grid.Add(pair, steps);
        Assert.True(grid.TryEpsilon(delta, 0, 2e-4, lowerToo: true, out double low, out double high));
        Assert.True(low <= contourLow && high >= contourHigh, $"[{low:r}, {high:r}] against [{contourLow:r}, {contourHigh:r}]");
        Assert.InRange(high - low, 0, 1e-3 * Math.Max(1, high));
        Assert.InRange(contourHigh - contourLow, 0, 1e-8);
    }

    [Fact]
    public void Answers_allocate_nothing_once_warm()
    {
        ComposedPair[] smooth = [new(LossPairs.SampledGaussian(0.01, 1), 1000)];
        ComposedPair[] atomic = [new(LossPairs.SampledLaplace(0.1, 2), 100)];
        double sum = 0;
        for (int i = 0; i < 3; i++)
        {
            sum += CertifiedAccountant.Epsilon(smooth, 1e-5).Upper + CertifiedAccountant.Epsilon(atomic, 1e-5).Upper;
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        sum += CertifiedAccountant.Epsilon(smooth, 1e-5).Upper + CertifiedAccountant.Epsilon(atomic, 1e-5).Upper;
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(sum > 0);
    }

    [Fact]
    public void Epsilon_and_delta_are_inverse_to_each_other()
    {
        ComposedPair[] composition = [new(LossPairs.SampledGaussian(0.02, 1.5), 400), new(LossPairs.Gaussian(10), 3)];
        EpsilonInterval epsilon = CertifiedAccountant.Epsilon(composition, 1e-6);
        DeltaInterval delta = CertifiedAccountant.Delta(composition, epsilon.Upper);
        Assert.InRange(1e-6, delta.Lower, delta.Upper * (1 + 1e-6));
    }

    private static EpsilonInterval Sampled(double rate, double noise, long steps, double delta) =>
        CertifiedAccountant.Epsilon([new(LossPairs.SampledGaussian(rate, noise), steps)], delta);
}

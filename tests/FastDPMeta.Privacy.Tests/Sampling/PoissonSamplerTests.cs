using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Sampling;

namespace FastDPMeta.Privacy.Tests.Sampling;

/// <summary>Statistics under fixed keys: they pass or fail for ever; thresholds have a false-alarm rate below 1e-6 for a random key.</summary>
public sealed class PoissonSamplerTests
{
    /// <summary>P(|N(0,1)| > 5.2) = 2e-7.</summary>
    private const double Deviations = 5.2;

    [Theory]
    [InlineData(256.0 / 50_000, 50_000, 400)]
    [InlineData(0.3, 1000, 4000)]
    [InlineData(1 / 256.0, 1003, 4000)]
    [InlineData(1e-4, 10_000, 4000)]
    [InlineData(0.999, 1001, 2000)]
    public void Lots_have_the_mean_and_the_variance_of_a_binomial(double rate, int units, int rounds)
    {
        using PoissonSampler sampler = Sampler(rate, units, seed: 1);
        List<int> lot = [];
        double sum = 0, squares = 0;
        double mean = rate * units;
        double variance = mean * (1 - rate);
        for (int round = 0; round < rounds; round++)
        {
            sampler.Sample(round, lot);
            sum += lot.Count - mean;
            squares += (lot.Count - mean) * (lot.Count - mean);
        }

        Assert.InRange(sum, -Deviations * Math.Sqrt(rounds * variance), Deviations * Math.Sqrt(rounds * variance));

        // Fourth central moment of a binomial: variance·(1 + 3·variance·(1 - 2/units)·…) is at most 3·variance² + variance.
        double spread = Math.Sqrt(rounds * ((2 * variance * variance) + variance));
        Assert.InRange(squares, (rounds * variance) - (Deviations * spread), (rounds * variance) + (Deviations * spread));
    }

    [Fact]
    public void Every_unit_is_as_likely_as_every_other()
    {
        const int Units = 500, Rounds = 20_000;
        const double Rate = 0.013;
        using PoissonSampler sampler = Sampler(Rate, Units, seed: 2);
        int[] counts = new int[Units];
        List<int> lot = [];
        for (int round = 0; round < Rounds; round++)
        {
            sampler.Sample(round, lot);
            lot.ForEach(unit => counts[unit]++);
        }

        // Each count is binomial, hence chi-square with Units degrees of freedom: nearly normal with variance 2·Units. Beyond 6 sides of skew allowance 1e-6.
        double expected = Rounds * Rate;
        double chiSquare = counts.Sum(count => (count - expected) * (count - expected) / (expected * (1 - Rate)));
        Assert.InRange(chiSquare, Units - (Deviations * Math.Sqrt(2 * Units)), Units + (6 * Math.Sqrt(2 * Units)));
    }

    [Fact]
    public void Units_enter_independently_of_each_other()
    {
        const int Rounds = 40_000;
        const double Rate = 0.4;
        using PoissonSampler sampler = Sampler(Rate, 8, seed: 3);
        int[] patterns = new int[256];
        List<int> lot = [];
        for (int round = 0; round < Rounds; round++)
        {
            sampler.Sample(round, lot);
            patterns[lot.Sum(unit => 1 << unit)]++;
        }

        double chiSquare = 0;
        for (int pattern = 0; pattern < 256; pattern++)
        {
            int members = System.Numerics.BitOperations.PopCount((uint)pattern);
            double expected = Rounds * Math.Pow(Rate, members) * Math.Pow(1 - Rate, 8 - members);
            chiSquare += (patterns[pattern] - expected) * (patterns[pattern] - expected) / expected;
        }

        // 255 degrees of freedom: P(chi-square > 388) = 1e-7, P(< 160) = 1e-7.
        Assert.InRange(chiSquare, 160, 388);
    }

    [Fact]
    public void Lots_are_ascending_and_in_range()
    {
        using PoissonSampler sampler = Sampler(0.5, 77, seed: 4);
        List<int> lot = [];
        sampler.Sample(3, lot);
        Assert.Equal(lot.Order().Distinct(), lot);
        Assert.All(lot, unit => Assert.InRange(unit, 0, 76));
    }

    [Fact]
    public void Lots_can_be_empty()
    {
        using PoissonSampler rare = Sampler(1e-9, 10, seed: 5);
        List<int> lot = [7];
        rare.Sample(0, lot);
        Assert.Empty(lot);
        using PoissonSampler nobody = Sampler(0.5, 0, seed: 5);
        nobody.Sample(0, lot);
        Assert.Empty(lot);
    }

    [Fact]
    public void A_round_is_a_pure_function_of_the_key_and_its_number()
    {
        using PoissonSampler all = Sampler(0.1, 1000, seed: 6);
        using PoissonSampler late = Sampler(0.1, 1000, seed: 6);
        List<int> first = [], second = [];
        for (int round = 0; round <= 9; round++)
        {
            all.Sample(round, first);
        }

        late.Sample(9, second);
        Assert.Equal(first, second);
        late.Sample(10, second);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void No_round_is_drawn_twice()
    {
        using PoissonSampler sampler = Sampler(0.1, 10, seed: 7);
        sampler.Sample(4, []);
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Sample(4, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Sample(3, []));
        sampler.Sample(5, []);
    }

    [Fact]
    public void Two_samplers_of_one_plan_draw_different_lots()
    {
        PrivacyPlan plan = Plans.Small();
        using ISampler one = plan.CreateSampler(50_000);
        using ISampler other = plan.CreateSampler(50_000);
        List<int> first = [], second = [];
        one.Sample(0, first);
        other.Sample(0, second);
        Assert.NotEqual(first, second); // equal with probability below 2^-1000
    }

    [Fact]
    public void Sampling_allocates_nothing_once_the_list_is_large_enough()
    {
        using PoissonSampler sampler = Sampler(0.01, 10_000, seed: 8);
        List<int> lot = new(10_000);
        sampler.Sample(0, lot);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 1; round < 50; round++)
        {
            sampler.Sample(round, lot);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Negative_numbers_are_refused()
    {
        PrivacyPlan plan = Plans.Small();
        Assert.Throws<ArgumentOutOfRangeException>(() => plan.CreateSampler(-1));
        using ISampler sampler = plan.CreateSampler(3);
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Sample(-1, []));
    }

    private static PoissonSampler Sampler(double rate, int units, ulong seed)
    {
        using RandomKey key = RandomKey.UnsafeFixed(seed);
        return new PoissonSampler(rate, units, key);
    }
}

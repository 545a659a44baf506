using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Sampling;

namespace FastDPMeta.Privacy.Tests.Sampling;

/// <summary>Statistics under fixed keys: they pass or fail for ever; thresholds have a false-alarm rate below 1e-6 for a random key.</summary>
public sealed class FixedSizeSamplerTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 0)]
    [InlineData(100, 37)]
    [InlineData(50_000, 256)]
    [InlineData(80, 80)]
    public void Every_lot_has_exactly_the_size_and_ascends(int units, int size)
    {
        using FixedSizeSampler sampler = Sampler(units, size, seed: 1);
        List<int> lot = [];
        for (int round = 0; round < 20; round++)
        {
            sampler.Sample(round, lot);
            Assert.Equal(size, lot.Count);
            Assert.Equal(lot.Order().Distinct(), lot);
            Assert.All(lot, unit => Assert.InRange(unit, 0, units - 1));
        }
    }

    [Fact]
    public void Every_subset_is_as_likely_as_every_other()
    {
        const int Rounds = 70_000;
        using FixedSizeSampler sampler = Sampler(8, 4, seed: 2);
        Dictionary<int, int> counts = [];
        List<int> lot = [];
        for (int round = 0; round < Rounds; round++)
        {
            sampler.Sample(round, lot);
            int subset = lot.Sum(unit => 1 << unit);
            counts[subset] = counts.GetValueOrDefault(subset) + 1;
        }

        Assert.Equal(70, counts.Count);
        double chiSquare = counts.Values.Sum(count => (count - 1000.0) * (count - 1000) / 1000);

        // 69 degrees of freedom: P(> 147) = 1e-7, P(< 22) = 1e-8.
        Assert.InRange(chiSquare, 22, 147);
    }

    [Fact]
    public void Large_lots_take_every_unit_equally_often()
    {
        const int Units = 500, Size = 37, Rounds = 5000;
        using FixedSizeSampler sampler = Sampler(Units, Size, seed: 3);
        int[] counts = new int[Units];
        List<int> lot = [];
        for (int round = 0; round < Rounds; round++)
        {
            sampler.Sample(round, lot);
            lot.ForEach(unit => counts[unit]++);
        }

        // Σ (count - mean)²/variance·(n-1)/n is chi-square with n - 1 degrees of freedom, nearly normal; six deviations with room for skew: 1e-7.
        double mean = (double)Rounds * Size / Units;
        double variance = mean * (1 - ((double)Size / Units));
        double chiSquare = counts.Sum(count => (count - mean) * (count - mean)) / variance * (Units - 1) / Units;
        double spread = Math.Sqrt(2 * (Units - 1));
        Assert.InRange(chiSquare, Units - 1 - (5.2 * spread), Units - 1 + (6 * spread));
    }

    [Fact]
    public void A_round_is_a_pure_function_of_the_key_and_its_number()
    {
        using FixedSizeSampler all = Sampler(1000, 50, seed: 4);
        using FixedSizeSampler late = Sampler(1000, 50, seed: 4);
        using FixedSizeSampler other = Sampler(1000, 50, seed: 5);
        List<int> first = [], second = [], third = [];
        for (int round = 0; round <= 9; round++)
        {
            all.Sample(round, first);
        }

        late.Sample(9, second);
        other.Sample(9, third);
        Assert.Equal(first, second);
        Assert.NotEqual(first, third);
        late.Sample(10, second);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void No_round_is_drawn_twice()
    {
        using FixedSizeSampler sampler = Sampler(10, 3, seed: 6);
        sampler.Sample(4, []);
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Sample(4, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Sample(-1, []));
        sampler.Sample(long.MaxValue, []);
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Sample(5, []));
    }

    [Fact]
    public void Sampling_allocates_nothing_once_the_list_is_large_enough()
    {
        using FixedSizeSampler sampler = Sampler(10_000, 100, seed: 7);
        List<int> lot = new(100);
        sampler.Sample(0, lot);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 1; round < 50; round++)
        {
            sampler.Sample(round, lot);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static FixedSizeSampler Sampler(int units, int lot, ulong seed)
    {
        using RandomKey key = RandomKey.UnsafeFixed(seed);
        return new FixedSizeSampler(units, lot, key);
    }
}

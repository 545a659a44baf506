using System.Numerics;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Sampling;

namespace FastDPMeta.Privacy.Tests.Sampling;

/// <summary>Statistics under fixed keys: they pass or fail for ever; thresholds have a false-alarm rate below 1e-6 for a random key.</summary>
public sealed class TruncatedPoissonSamplerTests
{
    [Fact]
    public void No_lot_exceeds_the_cap_and_lots_ascend()
    {
        using TruncatedPoissonSampler sampler = Sampler(0.1, 100, 1000, seed: 1);
        List<int> lot = [];
        int cut = 0;
        for (int round = 0; round < 200; round++)
        {
            sampler.Sample(round, lot);
            Assert.InRange(lot.Count, 0, 100);
            Assert.Equal(lot.Order().Distinct(), lot);
            cut += lot.Count == 100 ? 1 : 0;
        }

        Assert.InRange(cut, 50, 150); // about half of the lots: beyond seven deviations
    }

    [Fact]
    public void Every_lot_has_the_probability_of_a_Poisson_lot_cut_to_a_uniform_subset()
    {
        const int Rounds = 60_000, Units = 6, Cap = 2;
        const double Rate = 0.4;
        using TruncatedPoissonSampler sampler = Sampler(Rate, Cap, Units, seed: 2);
        int[] counts = new int[1 << Units];
        List<int> lot = [];
        for (int round = 0; round < Rounds; round++)
        {
            sampler.Sample(round, lot);
            counts[lot.Sum(unit => 1 << unit)]++;
        }

        double[] expected = new double[1 << Units];
        for (uint taken = 0; taken < expected.Length; taken++)
        {
            int size = BitOperations.PopCount(taken);
            uint[] kept = size <= Cap
                ? [taken]
                : [.. Enumerable.Range(0, expected.Length).Select(s => (uint)s).Where(s => BitOperations.PopCount(s) == Cap && (s & ~taken) == 0)];
            foreach (uint subset in kept)
            {
                expected[subset] += Rounds * Math.Pow(Rate, size) * Math.Pow(1 - Rate, Units - size) / kept.Length;
            }
        }

        double chiSquare = 0;
        for (int subset = 0; subset < expected.Length; subset++)
        {
            if (expected[subset] == 0)
            {
                Assert.Equal(0, counts[subset]);
                continue;
            }

            chiSquare += (counts[subset] - expected[subset]) * (counts[subset] - expected[subset]) / expected[subset];
        }

        // 22 subsets, 21 degrees of freedom: P(> 71) = 3e-7, P(< 1.9) = 1e-8.
        Assert.InRange(chiSquare, 1.9, 71);
    }

    [Fact]
    public void Lots_within_the_cap_are_the_Poisson_lots_of_the_same_key()
    {
        using RandomKey key = RandomKey.UnsafeFixed(3);
        using PoissonSampler plain = new(0.02, 1000, key);
        using TruncatedPoissonSampler sampler = new(0.02, 25, 1000, key);
        List<int> all = [], lot = [];
        int cut = 0;
        for (int round = 0; round < 300; round++)
        {
            plain.Sample(round, all);
            sampler.Sample(round, lot);
            Assert.Equal(Math.Min(25, all.Count), lot.Count);
            Assert.Empty(lot.Except(all));
            cut += all.Count > 25 ? 1 : 0;
        }

        Assert.InRange(cut, 1, 299);
    }

    [Fact]
    public void A_round_is_a_pure_function_of_the_key_and_its_number_and_is_drawn_once()
    {
        using TruncatedPoissonSampler all = Sampler(0.5, 40, 100, seed: 4);
        using TruncatedPoissonSampler late = Sampler(0.5, 40, 100, seed: 4);
        List<int> first = [], second = [];
        for (int round = 0; round <= 9; round++)
        {
            all.Sample(round, first);
        }

        late.Sample(9, second);
        Assert.Equal(first, second);
        Assert.Throws<ArgumentOutOfRangeException>(() => late.Sample(9, second));
        late.Sample(10, second);
        Assert.NotEqual(first, second);
    }

    private static TruncatedPoissonSampler Sampler(double rate, int cap, int units, ulong seed)
    {
        using RandomKey key = RandomKey.UnsafeFixed(seed);
        return new TruncatedPoissonSampler(rate, cap, units, key);
    }
}

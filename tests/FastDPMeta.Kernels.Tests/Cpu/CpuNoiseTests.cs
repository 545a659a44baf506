using FastDPMeta.Kernels.Cpu;
using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Tests.Cpu;

/// <summary>
/// Noise: its bits against the scalar specification, its law against the normal law. Keys are fixed, so a test passes or fails for ever;
/// every threshold would be exceeded by chance with probability below 1e-6 (5 standard deviations, or as said).
/// </summary>
public sealed class CpuNoiseTests
{
    private const int Draws = 1 << 20;

    private static readonly Lazy<float[]> Sample = new(() => Make(seed: 42, stream: 0, round: 1, Draws));

    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    public void Every_number_equals_the_scalar_specification_in_bits(int vectorBits)
    {
        foreach ((uint stream, ulong round) in new[] { (0u, 0UL), (7u, 0x1_0000_0002UL) })
        {
            float[] noise = Make(3, stream, round, 1000, vectorBits: vectorBits);
            ChaChaBlock state = State(3, stream, round);
            for (int n = 0; n < noise.Length; n++)
            {
                Assert.Equal(NoiseLayout.NormalAt(state, n), noise[n]);
            }
        }
    }

    [Fact]
    public void Pairs_follow_Box_and_Muller_in_double_precision()
    {
        using RandomKey key = RandomKey.UnsafeFixed(17);
        using RandomStream words = new(key);
        for (int trial = 0; trial < 20_000; trial++)
        {
            uint half = words.NextUInt32() & 0x80000000;
            uint high = (words.NextUInt32() >> 1 >> (trial % 32)) ^ (trial % 3 == 0 ? 0x7FFFFFFFu : 0u); // both ends of v too
            (uint turn, uint low) = (words.NextUInt32(), words.NextUInt32());

            double v = (high + (((low >> 1) + 0.5) * Math.ScaleB(1, -31))) * Math.ScaleB(1, -32);
            double minusLog = half == 0 ? -Math.Log(v) : v < 1e-5 ? v + (v * v / 2) : -Math.Log(1 - v);
            double radius = Math.Sqrt(2 * minusLog);
            double angle = (Math.PI / 4) + ((((int)(turn << 2) >> 2) + 0.5) * Math.ScaleB(1, -30) * Math.PI / 2);
            double first = radius * Math.Cos(angle) * (turn >> 31 == 0 ? 1 : -1);
            double second = radius * Math.Sin(angle) * ((turn >> 30 & 1) == 0 ? 1 : -1);
            double tolerance = 4 * Math.ScaleB(1, -24) * radius;
            foreach (NormalPair pair in new[]
            {
                NoiseLayout.Normals<FusedMultiplyAdd>(half | high, turn, low),
                NoiseLayout.Normals<ContractedMultiplyAdd>(half | high, turn, low),
            })
            {
                Assert.InRange(pair.First - first, -tolerance, tolerance);
                Assert.InRange(pair.Second - second, -tolerance, tolerance);
            }
        }
    }

    [Fact]
    public void Extreme_words_give_the_ends_of_the_law_and_never_a_NaN()
    {
        // h = 0 and d = 0: u = 2^-64, the largest radius; with the half set, u = 1 - 2^-64, the least.
        NormalPair largest = NoiseLayout.Normals<FusedMultiplyAdd>(0, 0x20000000, 0);
        NormalPair least = NoiseLayout.Normals<FusedMultiplyAdd>(0x80000000, 0x20000000, 0);
        Assert.InRange(largest.First, 9.4191f, 9.4194f); // sqrt(128 ln 2) at an angle next to 0
        Assert.InRange(least.First, 3.2925e-10f, 3.2930e-10f); // sqrt(2)·2^-32
        foreach (uint radius in new uint[] { 0, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF })
        {
            foreach (uint angle in new uint[] { 0, 0x1FFFFFFF, 0x20000000, 0xFFFFFFFF })
            {
                NormalPair pair = NoiseLayout.Normals<FusedMultiplyAdd>(radius, angle, 0xFFFFFFFF);
                Assert.True(float.IsFinite(pair.First) && float.IsFinite(pair.Second));
            }
        }
    }

    [Fact]
    public void Radii_of_the_pairs_of_one_block_are_independent_and_exponential()
    {
        // E = (x² + y²)/2 is exponential: for each two of the seven pairs of a block, E(i) - 1 and E(j) - 1 are uncorrelated, and so are
        // the rare events E > 6 that the shared low bits are there for.
        const int Blocks = Draws / 224 * 16;
        double[][] energy = [.. Enumerable.Range(0, 7).Select(pair => Enumerable.Range(0, Blocks).Select(block =>
        {
            int first = (block / 16 * 224) + (pair * 32) + (block % 16);
            return ((Sample.Value[first] * (double)Sample.Value[first]) + (Sample.Value[first + 16] * (double)Sample.Value[first + 16])) / 2;
        }).ToArray())];
        double tail = Math.Exp(-6), limit = 5 * Math.Sqrt(Blocks);
        for (int i = 0; i < 7; i++)
        {
            Assert.InRange(energy[i].Sum(e => e - 1), -limit, limit);
            for (int j = 0; j < i; j++)
            {
                Assert.InRange(energy[i].Zip(energy[j], (a, b) => (a - 1) * (b - 1)).Sum(), -limit, limit);
                int both = energy[i].Zip(energy[j], (a, b) => a > 6 && b > 6 ? 1 : 0).Sum();
                Assert.InRange(both, 0, (int)(Blocks * tail * tail) + 6); // 0.46 expected: 7 or more by chance with probability 1e-6
            }
        }
    }

    [Fact]
    public void Partial_groups_batches_and_splits_give_the_same_numbers()
    {
        float[] whole = Make(5, 9, 4, 500);
        foreach (int count in new[] { 0, 1, 15, 16, 223, 224, 225, 300 })
        {
            Assert.Equal(whole[..count], Make(5, 9, 4, count, parts: 3));
        }
    }

    [Fact]
    public void Moments_are_those_of_the_normal_law()
    {
        // Standard errors of the raw moments: sqrt(E x^2k - (E x^k)^2)/sqrt(n) with E x^2..x^12 = 1, 3, 15, 105, 945, 10395.
        double[] expected = [0, 0, 1, 0, 3, 0, 15];
        double[] variance = [0, 1, 2, 15, 96, 945, 10170];
        for (int power = 1; power <= 6; power++)
        {
            double mean = Sample.Value.Sum(x => Math.Pow(x, power)) / Draws;
            double limit = 5 * Math.Sqrt(variance[power] / Draws);
            Assert.InRange(mean - expected[power], -limit, limit);
        }
    }

    [Fact]
    public void Distribution_passes_Kolmogorov_and_Smirnov()
    {
        float[] sorted = [.. Sample.Value.Order()];
        double distance = 0;
        for (int i = 0; i < Draws; i += 16)
        {
            distance = Math.Max(distance, Math.Abs(NormalBelow(sorted[i]) - ((i + 0.5) / Draws)));
        }

        // P(D > 2.75/√n) = 2·exp(-2·2.75²) = 5e-7.
        Assert.True(distance < 2.75 / Math.Sqrt(Draws), $"distance {distance}");
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(2.0)]
    [InlineData(3.0)]
    [InlineData(4.0)]
    [InlineData(5.0)]
    public void Tails_weigh_what_they_should_on_both_sides(double threshold)
    {
        double expected = Draws * NormalBelow(-threshold);
        double limit = (5 * Math.Sqrt(expected)) + 8; // + 8 covers the Poisson tail at few expected counts
        Assert.InRange(Sample.Value.Count(x => x > threshold) - expected, -limit, limit);
        Assert.InRange(Sample.Value.Count(x => x < -threshold) - expected, -limit, limit);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(96)]
    [InlineData(192)]
    [InlineData(224)]
    public void Neighbours_in_any_layout_distance_are_uncorrelated_in_value_and_size(int lag)
    {
        double product = 0, squares = 0;
        for (int i = 0; i < Draws - lag; i++)
        {
            (double x, double y) = (Sample.Value[i], Sample.Value[i + lag]);
            product += x * y;
            squares += ((x * x) - 1) * ((y * y) - 1);
        }

        double unit = 5 * Math.Sqrt(Draws);
        Assert.InRange(product, -unit, unit);
        Assert.InRange(squares, -2 * unit, 2 * unit); // Var((x²-1)(y²-1)) = 4
    }

    [Theory]
    [InlineData(42UL, 1u, 1UL)]
    [InlineData(42UL, 0u, 2UL)]
    [InlineData(42UL, 0u, 0x1_0000_0001UL)]
    [InlineData(43UL, 0u, 1UL)]
    public void Other_streams_rounds_and_keys_are_independent(ulong seed, uint stream, ulong round)
    {
        float[] other = Make(seed, stream, round, Draws);
        double product = 0;
        int equal = 0;
        for (int i = 0; i < Draws; i++)
        {
            product += (double)other[i] * Sample.Value[i];
            equal += other[i] == Sample.Value[i] ? 1 : 0;
        }

        double unit = 5 * Math.Sqrt(Draws);
        Assert.InRange(product, -unit, unit);
        Assert.InRange(equal, 0, 10); // two floats coincide by chance with probability about 1e-7
    }

    /// <summary>Φ(x) by Simpson's rule from 0, 400 steps: an independent form good to 1e-10.</summary>
    private static double NormalBelow(double x)
    {
        const int Steps = 400;
        double h = x / Steps, sum = 0;
        for (int i = 0; i <= Steps; i++)
        {
            double weight = i is 0 or Steps ? 1 : (i & 1) == 1 ? 4 : 2;
            sum += weight * Math.Exp(-0.5 * i * h * i * h);
        }

        return 0.5 + (sum * h / 3 / Math.Sqrt(2 * Math.PI));
    }

    private static ChaChaBlock State(ulong seed, uint stream, ulong round)
    {
        using RandomKey key = RandomKey.UnsafeFixed(seed);
        uint[] k = new uint[8];
        key.CopyWords(k);
        return NoiseLayout.State(k[0], k[1], k[2], k[3], k[4], k[5], k[6], k[7], stream, (uint)round, (uint)(round >> 32));
    }

    private static unsafe float[] Make(ulong seed, uint stream, ulong round, int count, int parts = 1, int vectorBits = 512)
    {
        float[] arena = new float[10 + (2 * count) + CpuArena.SlackFloats];
        using RandomKey key = RandomKey.UnsafeFixed(seed);
        key.WriteNoiseKey(arena, round);
        CpuKernel kernel = CpuCompiler.Compile(new NoiseSpec([2], count, stream, [0], [count]), vectorBits);
        fixed (float* memory = arena)
        {
            long* slots = stackalloc long[] { 0, 10 };
            for (int part = 0; part < parts; part++)
            {
                kernel.Run(memory, slots, part, parts);
            }
        }

        Assert.All(arena[(10 + (2 * count))..], value => Assert.Equal(0f, value));
        Assert.Equal(arena.AsSpan(10, count), arena.AsSpan(10 + count, count)); // the second batch element has the same key
        return arena[10..(10 + count)];
    }
}

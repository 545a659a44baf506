using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Kernels.Tests.Random;

/// <summary>Statistical tests have fixed keys, so they pass or fail for ever; thresholds are 5 standard deviations or more (false alarm below 1e-6).</summary>
public sealed class RandomStreamTests
{
    [Fact]
    public void Moving_to_a_round_gives_what_a_new_stream_of_that_round_gives()
    {
        using RandomKey key = RandomKey.UnsafeFixed(11);
        using RandomStream moved = new(key, stream: 3, round: 1);
        moved.NextUInt32();
        moved.NextGaussian();
        moved.MoveToRound(0x1_0000_0007);
        using RandomStream fresh = new(key, stream: 3, round: 0x1_0000_0007);
        for (int i = 0; i < 40; i++)
        {
            Assert.Equal(fresh.NextUInt32(), moved.NextUInt32());
        }

        Assert.Equal(fresh.NextGaussian(), moved.NextGaussian());
    }

    [Fact]
    public void Equal_key_stream_and_round_repeat_and_any_difference_separates()
    {
        ulong[] reference = Draw(1, 2, 3);
        Assert.Equal(reference, Draw(1, 2, 3));
        Assert.Empty(reference.Intersect(Draw(2, 2, 3)));
        Assert.Empty(reference.Intersect(Draw(1, 3, 3)));
        Assert.Empty(reference.Intersect(Draw(1, 2, 4)));
        Assert.Empty(reference.Intersect(Draw(1, 2, 3UL << 32)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(1000)]
    public void Whole_numbers_are_uniform(int bound)
    {
        using RandomStream stream = Stream(5);
        const int Draws = 200_000;
        int[] counts = new int[bound];
        for (int i = 0; i < Draws; i++)
        {
            counts[stream.NextInt(bound)]++;
        }

        double expected = (double)Draws / bound;
        double chiSquare = counts.Sum(count => (count - expected) * (count - expected) / expected);
        int freedom = bound - 1;
        Assert.True(chiSquare <= freedom + (6 * Math.Sqrt(2.0 * freedom)) + 30, $"chi-square {chiSquare} with {freedom} degrees of freedom");
    }

    [Fact]
    public void Bounds_at_the_edge_of_the_type_stay_inside()
    {
        using RandomStream stream = Stream(6);
        for (int i = 0; i < 1000; i++)
        {
            Assert.InRange(stream.NextInt(int.MaxValue), 0, int.MaxValue - 1);
            Assert.True(stream.NextUInt64((1UL << 63) + 1) <= 1UL << 63);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => stream.NextInt(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.NextUInt64(0));
    }

    [Fact]
    public void Doubles_lie_in_the_unit_interval_with_the_right_mean_and_variance()
    {
        using RandomStream stream = Stream(7);
        const int Draws = 200_000;
        double sum = 0, squares = 0;
        for (int i = 0; i < Draws; i++)
        {
            double u = stream.NextDouble();
            Assert.InRange(u, 0.0, 1.0 - double.Epsilon);
            sum += u;
            squares += u * u;
        }

        Assert.InRange((sum / Draws) - 0.5, -5 / Math.Sqrt(12.0 * Draws), 5 / Math.Sqrt(12.0 * Draws));
        Assert.InRange((squares / Draws) - (1.0 / 3), -5 * 0.2982 / Math.Sqrt(Draws), 5 * 0.2982 / Math.Sqrt(Draws));
    }

    [Fact]
    public void Gaussians_have_the_moments_of_the_normal_law()
    {
        using RandomStream stream = Stream(8);
        const int Draws = 400_000;
        double[] moments = new double[5];
        for (int i = 0; i < Draws; i++)
        {
            double x = stream.NextGaussian();
            for (int power = 1; power <= 4; power++)
            {
                moments[power] += Math.Pow(x, power) / Draws;
            }
        }

        // Standard errors of the raw moments: sqrt(E x^2k - (E x^k)^2) / sqrt(n), with E x^2, x^4, x^6, x^8 = 1, 3, 15, 105.
        double unit = 5 / Math.Sqrt(Draws);
        Assert.InRange(moments[1], -unit, unit);
        Assert.InRange(moments[2] - 1, -unit * Math.Sqrt(2), unit * Math.Sqrt(2));
        Assert.InRange(moments[3], -unit * Math.Sqrt(15), unit * Math.Sqrt(15));
        Assert.InRange(moments[4] - 3, -unit * Math.Sqrt(96), unit * Math.Sqrt(96));
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.01)]
    [InlineData(0.999)]
    public void Bernoulli_has_its_probability(double probability)
    {
        using RandomStream stream = Stream(9);
        const int Draws = 200_000;
        int hits = 0;
        for (int i = 0; i < Draws; i++)
        {
            hits += stream.Bernoulli(probability) ? 1 : 0;
        }

        double deviation = Math.Sqrt(Draws * probability * (1 - probability));
        Assert.InRange(hits, (Draws * probability) - (5 * deviation), (Draws * probability) + (5 * deviation));
    }

    [Fact]
    public void Bernoulli_is_certain_at_the_ends_and_refuses_what_is_no_probability()
    {
        using RandomStream stream = Stream(10);
        for (int i = 0; i < 100; i++)
        {
            Assert.False(stream.Bernoulli(0));
            Assert.True(stream.Bernoulli(1));
            Assert.False(stream.Bernoulli(double.Epsilon));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Bernoulli(-1e-9));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Bernoulli(1.0000001));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Bernoulli(double.NaN));
    }

    [Fact]
    public void Shuffle_makes_all_orders_equally_often()
    {
        using RandomStream stream = Stream(11);
        const int Draws = 60_000;
        Dictionary<string, int> counts = [];
        for (int i = 0; i < Draws; i++)
        {
            char[] letters = ['a', 'b', 'c', 'd'];
            stream.Shuffle<char>(letters);
            string order = new(letters);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(24, counts.Count);
        double expected = Draws / 24.0;
        double chiSquare = counts.Values.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.True(chiSquare < 80, $"chi-square {chiSquare} with 23 degrees of freedom (80 is exceeded with probability 3e-8)");
    }

    [Fact]
    public void Drawing_allocates_nothing()
    {
        using RandomStream stream = Stream(12);
        byte[] bytes = new byte[1000];
        int[] order = new int[100];
        DrawOnce(stream, bytes, order);
        long before = GC.GetAllocatedBytesForCurrentThread();
        DrawOnce(stream, bytes, order);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Disposed_stream_refuses()
    {
        RandomStream stream = Stream(13);
        stream.NextUInt32();
        stream.Dispose();
        Assert.Throws<ObjectDisposedException>(() => stream.NextUInt32());
    }

    private static void DrawOnce(RandomStream stream, byte[] bytes, int[] order)
    {
        stream.Fill(bytes);
        stream.Shuffle<int>(order);
        stream.NextGaussian();
        stream.Bernoulli(0.5);
        stream.NextDouble();
        stream.NextUInt64(12345678901);
    }

    private static ulong[] Draw(ulong seed, uint stream, ulong round)
    {
        using RandomKey key = RandomKey.UnsafeFixed(seed);
        using RandomStream source = new(key, stream, round);
        return [.. Enumerable.Range(0, 64).Select(_ => source.NextUInt64())];
    }

    private static RandomStream Stream(ulong seed)
    {
        using RandomKey key = RandomKey.UnsafeFixed(seed);
        return new RandomStream(key);
    }
}

using System.Numerics;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Mechanisms.Exact;

namespace FastDPMeta.Privacy.Tests.Mechanisms;

/// <summary>The paths that a random test never takes: uniform numbers that agree with a probability to 32 bits and beyond.</summary>
public sealed class ExactComparisonTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(40, 1)]
    [InlineData(1, 1_000_000)]
    public void The_exponential_is_enclosed_and_narrow(int numerator, int denominator)
    {
        (BigInteger low, BigInteger high) = ExactExponential.Of(numerator, denominator, 200);
        (BigInteger narrowLow, BigInteger narrowHigh) = ExactExponential.Of(numerator, denominator, 400);

        Assert.True(low << 200 <= narrowLow && narrowHigh <= high << 200);
        Assert.InRange(high - low, 0, 4);
        double value = Math.Exp(-(double)numerator / denominator);
        Assert.InRange((double)low * Math.ScaleB(1, -200), value * (1 - 1e-15), value * (1 + 1e-15));
    }

    [Fact]
    public void A_number_of_either_side_of_a_probability_beyond_32_bits_falls_on_that_side()
    {
        // Weights 1, 2: the boundary 1/3 = 0.0101…₂, so the words 0x55555555 repeated agree with it to any length.
        LazyTable table = new(bits => new WeightBounds([BigInteger.One << bits, BigInteger.One << (bits + 1)], [BigInteger.One << bits, BigInteger.One << (bits + 1)], 0));
        Assert.Equal(0, Draw(table, 0x55555554));
        Assert.Equal(1, Draw(table, 0x55555556));
        Assert.Equal(0, Draw(table, 0x55555555, 0x55555555, 0x55555554));
        Assert.Equal(1, Draw(table, 0x55555555, 0x55555555, 0x55555556));
        Assert.Equal(0, Draw(table, 0x55555555, 0x55555555, 0x55555555, 0x55555555, 0x55555554));
        Assert.Equal(1, Draw(table, 0x55555555, 0x55555555, 0x55555555, 0x55555555, 0x55555556));
    }

    [Fact]
    public void Bounds_that_are_wide_at_first_are_narrowed_before_anything_is_decided()
    {
        // Two equal weights, known to 2^(bits/2) of 2^bits only: one half lies within 2^-48 at first.
        LazyTable table = new(bits =>
        {
            BigInteger half = BigInteger.One << bits, doubt = BigInteger.One << (bits / 2);
            return new WeightBounds([half - doubt, half - doubt], [half + doubt, half + doubt], doubt);
        });
        Assert.Equal(0, Draw(table, 0x7FFFFFFE));
        Assert.Equal(0, Draw(table, 0x7FFFFFFF, 0xFFFFFFFF, 0x7FFFFFFF));
        Assert.Equal(1, Draw(table, 0x80000000, 0, 0x80000000));
        Assert.Equal(0, Draw(table, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0, 0));
        Assert.Equal(1, Draw(table, 0x80000000, 0, 0, 0xFFFFFFFF, 0xFFFFFFFF));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(700)]
    public void The_far_tail_is_reached_when_the_words_say_so(double sigma)
    {
        // All ones is above every boundary of the table; what lies beyond is decided by more bits: u = 1 - 2^-96 is some 11.5σ out.
        LatticeSampler<GaussianLaw> sampler = new(new GaussianLaw(Rational.Of(sigma).Square()));
        using RandomWords words = Samples.Words(131);
        words.Preload(uint.MaxValue, uint.MaxValue, uint.MaxValue, 0, 0, 0, 0, 0, 0); // zeros: the first place of a block, which is always kept
        long drawn = sampler.Draw(words, out _);
        Assert.InRange(drawn / sigma, 11, 13);
    }

    [Fact]
    public void Keeping_is_decided_by_integers_where_80_bits_agree()
    {
        // σ = 512: blocks of 32. A draw in the block at 512 with place 16 is kept with probability e^-((528² - 512²)/2·512²); a uniform number that begins with its first
        // 80 bits needs more to be decided, and the very next bits decide it either way.
        const double Sigma = 512;
        LatticeSampler<GaussianLaw> sampler = new(new GaussianLaw(Rational.Of(Sigma).Square()));
        (BigInteger low, _) = ExactExponential.Of((528 * 528) - (512 * 512), 2 * 512 * 512, 144 + 40);
        BigInteger probability = low >> 40;
        uint first = WordOfBlock(sampler, 512);
        foreach (int side in (ReadOnlySpan<int>)[-1, 1])
        {
            BigInteger number = probability + side;
            using RandomWords words = Samples.Words(132);
            uint second = ((uint)(number >> 128) << 15) | 16;
            words.Preload(first, second, Word(number, 64), Word(number, 96), Word(number, 0), Word(number, 32));
            long drawn = sampler.Draw(words, out _);
            Assert.Equal(side < 0, drawn == 528);
        }
    }

    [Fact]
    public void Doubles_become_exactly_their_quotients()
    {
        foreach (double value in (ReadOnlySpan<double>)[1, 0.1, 1e-3, 3e11, 32_800, 1.0 / 3])
        {
            Rational exact = Rational.Of(value);
            Assert.Equal(value, exact.ToDouble());
            Assert.Equal(value, (double)exact.Numerator / (double)exact.Denominator);
        }
    }

    [Fact]
    public void Words_are_those_of_the_stream_in_another_order()
    {
        using RandomKey key = RandomKey.UnsafeFixed(7);
        using RandomWords words = new(key, stream: 5, round: 0x1_0000_0002);
        using RandomStream stream = new(key, stream: 5, round: 0x1_0000_0002);
        uint[] mine = new uint[512], reference = new uint[512];
        for (int i = 0; i < 512; i++)
        {
            mine[i] = words.Next();
            reference[i] = stream.NextUInt32();
        }

        for (int i = 0; i < 512; i++)
        {
            int block = i / 16, word = i % 16;
            Assert.Equal(reference[i], mine[(block / 16 * 256) + (16 * word) + (block % 16)]);
        }

        words.MoveTo(5, 0x1_0000_0002);
        Assert.Equal(mine[0], words.Next());
        words.Dispose();
        Assert.Throws<ObjectDisposedException>(() => words.Next());
    }

    private static uint Word(BigInteger number, int shift) => (uint)((number >> shift) & uint.MaxValue);

    private static int Draw(LazyTable table, params ReadOnlySpan<uint> first)
    {
        using RandomWords words = Samples.Words(133);
        words.Preload(first);
        return table.Draw(words);
    }

    /// <summary>A word that chooses the block beginning at a number, found by trying; the place then being 0, the draw is its first number.</summary>
    private static uint WordOfBlock(LatticeSampler<GaussianLaw> sampler, long start)
    {
        using RandomWords words = Samples.Words(134);
        for (uint word = 0; word < uint.MaxValue - 100_000; word += 100_000)
        {
            words.Preload(word, 0);
            if (sampler.Draw(words, out _) == start)
            {
                return word;
            }
        }

        throw new InvalidOperationException("No word chooses the block.");
    }
}

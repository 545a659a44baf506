using System.Numerics;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Tests.Accounting;

/// <summary>Against sums of whole numbers of any length, which round nowhere.</summary>
public sealed class BinomialTailTests
{
    [Theory]
    [InlineData(10, 1, 8)]
    [InlineData(60, 3, 4)]
    [InlineData(300, 1, 64)]
    [InlineData(300, 13, 256)]
    [InlineData(1000, 255, 256)]
    [InlineData(1999, 1, 16)]
    public void The_bound_is_the_exact_tail_rounded_up(int trials, int numerator, int denominator)
    {
        double probability = (double)numerator / denominator; // a power of two below: exact
        foreach (int least in Enumerable.Range(0, 13).Select(i => Math.Min(trials, i * trials / 12)).Append(1).Append(trials - 1))
        {
            double exact = Exact(trials, numerator, denominator, least);
            double bound = BinomialTail.UpperBound(trials, probability, least);
            Assert.True(bound >= exact, $"P(Bin({trials}, {probability}) ≥ {least}): {bound:r} is below {exact:r}");
            Assert.True(bound <= (exact * (1 + 1e-9)) + 1e-320, $"P(Bin({trials}, {probability}) ≥ {least}): {bound:r} is far above {exact:r}");
        }
    }

    [Fact]
    public void Certain_and_impossible_tails_are_one_and_zero()
    {
        Assert.Equal(1, BinomialTail.UpperBound(10, 0.3, 0));
        Assert.Equal(0, BinomialTail.UpperBound(10, 0.3, 11));
        Assert.Equal(0, BinomialTail.UpperBound(10, 0, 1));
        Assert.Equal(1, BinomialTail.UpperBound(10, 1, 10));
        Assert.Equal(0, BinomialTail.UpperBound(0, 0.3, 1));
    }

    [Fact]
    public void Large_populations_agree_with_the_Poisson_limit()
    {
        // P(Poisson(256) ≥ 384), summed term by term from the first.
        double log = -256.0;
        for (int k = 1; k <= 384; k++)
        {
            log += Math.Log(256.0 / k);
        }

        double sum = 0, term = Math.Exp(log);
        for (int k = 384; k < 1200; k++)
        {
            sum += term;
            term *= 256.0 / (k + 1);
        }

        Assert.Equal(1, BinomialTail.UpperBound(2_000_000_000, 256 / 2e9, 384) / sum, 1e-4);
    }

    /// <summary>Σ C(n,k)·a^k·(b-a)^{n-k} / b^n as a double.</summary>
    private static double Exact(int trials, int numerator, int denominator, int least)
    {
        BigInteger sum = 0;
        BigInteger term = BigInteger.Pow(numerator, trials); // k = n
        for (int k = trials; k >= least; k--)
        {
            sum += term;
            term = term * k * (denominator - numerator) / ((trials - k + 1) * numerator);
        }

        BigInteger whole = BigInteger.Pow(denominator, trials);
        int shift = 80 + (int)whole.GetBitLength() - (int)sum.GetBitLength();
        return Math.ScaleB((double)((sum << shift) / whole), -shift);
    }
}

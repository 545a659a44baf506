using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Mechanisms;

namespace FastDPMeta.Privacy.Tests.Mechanisms;

public sealed class DiscreteGaussianTests
{
    private const int Draws = 400_000;

    [Theory]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(2.5)]
    [InlineData(17)]
    [InlineData(100)]
    [InlineData(700.25)]
    public void Numbers_have_exactly_their_probabilities(double sigma)
    {
        DiscreteGaussian law = new(sigma);
        using RandomWords words = Samples.Words(101);

        long[] values = Samples.Draw(Draws, () => law.Next(words));

        double total = 0;
        long reach = (long)Math.Ceiling(12 * sigma);
        for (long x = -reach; x <= reach; x++)
        {
            total += Math.Exp(-(double)x * x / (2 * sigma * sigma));
        }

        Samples.AssertFits(values, x => Math.Exp(-(double)x * x / (2 * sigma * sigma)) / total, reach);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(33.5)]
    public void The_rejection_sampler_of_the_paper_gives_the_same_law(double sigma)
    {
        // Two samples of one law: cell by cell the counts differ by √(sum) (χ² of homogeneity).
        const int Few = 40_000;
        DiscreteGaussian law = new(sigma);
        using RandomWords words = Samples.Words(102);
        using RandomStream stream = Samples.Stream(103);
        Rejection paper = new(stream);
        long[] ours = Samples.Draw(Few, () => law.Next(words));
        long[] theirs = Samples.Draw(Few, () => paper.Gaussian((System.Numerics.BigInteger)(4 * sigma * sigma), 4));

        double chiSquare = 0;
        int cells = 0;
        int width = Math.Max(1, (int)(sigma / 8));
        foreach (long cell in ours.Concat(theirs).Select(x => (long)Math.Floor((double)x / width)).Distinct())
        {
            double a = ours.Count(x => (long)Math.Floor((double)x / width) == cell), b = theirs.Count(x => (long)Math.Floor((double)x / width) == cell);
            if (a + b >= 40)
            {
                chiSquare += (a - b) * (a - b) / (a + b);
                cells++;
            }
        }

        Samples.AssertChiSquare(chiSquare, cells);
    }

    [Theory]
    [InlineData(32_800)]
    [InlineData(1e9)]
    [InlineData(1L << 40)]
    public void Large_scales_follow_the_normal_law(double sigma)
    {
        DiscreteGaussian law = new(sigma);
        using RandomWords words = Samples.Words(104);

        long[] values = Samples.Draw(Draws, () => law.Next(words));

        Samples.AssertFollows([.. values.Select(x => x / sigma)], NormalDistribution.Cumulative);
        Samples.AssertMoments(values, sigma * sigma, 3 * Math.Pow(sigma, 4));
    }

    [Fact]
    public void Low_digits_of_large_numbers_are_uniform()
    {
        // At σ = 32,800 the law is flat across 256 neighbours but for a part in 10⁵ of a probability: places within a block show in no digit.
        DiscreteGaussian law = new(32_800);
        using RandomWords words = Samples.Words(105);
        int[] counts = new int[256];
        for (int i = 0; i < Draws; i++)
        {
            counts[law.Next(words) & 255]++;
        }

        double expected = Draws / 256.0;
        Samples.AssertChiSquare(counts.Sum(count => (count - expected) * (count - expected) / expected), 255);
    }

    [Fact]
    public void Tails_are_as_heavy_as_they_should_be()
    {
        // P(|x| > 4.5σ) = 6.8e-6: 4 million draws, 27.2 expected.
        DiscreteGaussian law = new(1000);
        using RandomWords words = Samples.Words(106);
        int beyond = 0;
        for (int i = 0; i < 4_000_000; i++)
        {
            beyond += Math.Abs(law.Next(words)) > 4500 ? 1 : 0;
        }

        Assert.InRange(beyond, 5, 60); // Poisson of 27.2: outside with probability below 1e-7
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1e-4)]
    [InlineData(1e13)]
    public void A_scale_out_of_range_is_refused(double sigma)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscreteGaussian(sigma));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscreteLaplace(sigma));
    }

    [Fact]
    public void Drawing_allocates_nothing()
    {
        DiscreteGaussian law = new(1000);
        using RandomWords words = Samples.Words(107);
        long[] values = new long[10_000];
        law.Fill(values, words);
        long before = GC.GetAllocatedBytesForCurrentThread();
        law.Fill(values, words);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}

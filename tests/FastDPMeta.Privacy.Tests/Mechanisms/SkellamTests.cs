using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Mechanisms;

namespace FastDPMeta.Privacy.Tests.Mechanisms;

public sealed class SkellamTests
{
    private const int Draws = 300_000;

    [Theory]
    [InlineData(0.1)]
    [InlineData(3)]
    [InlineData(50)]
    [InlineData(1000)]
    public void Numbers_have_exactly_their_probabilities(double variance)
    {
        Skellam law = new(variance);
        using RandomWords words = Samples.Words(121);
        double[] poisson = Poisson(variance / 2);
        double Probability(long x)
        {
            double sum = 0;
            for (long k = Math.Max(0, -x); k < poisson.Length && k + x < poisson.Length; k++)
            {
                sum += poisson[k] * poisson[k + x];
            }

            return sum;
        }

        long[] values = Samples.Draw(Draws, () => law.Next(words));

        Samples.AssertFits(values, Probability, (long)Math.Ceiling(10 + (8 * Math.Sqrt(variance))));
        Samples.AssertMoments(values, variance, variance + (3 * variance * variance));
    }

    [Fact]
    public void Sums_have_the_law_of_the_summed_variance()
    {
        Skellam part = new(2.5);
        using RandomWords words = Samples.Words(122);

        long[] sums = Samples.Draw(100_000, () => part.Next(words) + part.Next(words) + part.Next(words) + part.Next(words));

        Samples.AssertMoments(sums, 10, 10 + 300);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(1e9)]
    public void A_variance_out_of_range_is_refused(double variance) => Assert.Throws<ArgumentOutOfRangeException>(() => new Skellam(variance));

    private static double[] Poisson(double mean)
    {
        double[] p = new double[(int)(mean + (20 * Math.Sqrt(mean)) + 40)];
        double logFactorial = 0;
        for (int k = 0; k < p.Length; k++)
        {
            logFactorial += k > 1 ? Math.Log(k) : 0;
            p[k] = Math.Exp((k * Math.Log(mean)) - mean - logFactorial);
        }

        return p;
    }
}

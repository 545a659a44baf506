using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Tests.Accounting;

public sealed class DiscreteGaussianLotTests
{
    [Theory]
    [InlineData(0.01, 1.0, 1)]
    [InlineData(0.1, 0.6, 1)]
    [InlineData(0.3, 2.0, 3)]
    [InlineData(0.5, 5.0, 2)]
    [InlineData(1.0, 1.5, 2)]
    public void The_moments_of_the_written_out_law_are_met_at_whole_orders_and_bounded_between_them(double rate, double sigma, int shift)
    {
        MomentBound bound = new PoissonSampledDiscreteGaussianEvent(rate, sigma, shift).Bound();
        foreach (double order in (ReadOnlySpan<double>)[1.25, 2, 2.5, 3, 4.75, 6, 9])
        {
            double remove = Moment(rate, sigma, shift, order), add = Moment(rate, sigma, shift, 1 - order);
            double stated = bound.LogMoment(order);
            Assert.True(add <= remove * (1 + 1e-12), $"adding is worse at order {order}");
            Assert.True(stated >= remove * (1 - 1e-10), $"order {order}: stated {stated}, true {remove}");
            if (order == Math.Floor(order))
            {
                Assert.InRange(stated, remove * (1 - 1e-10), remove * (1 + 1e-9));
            }
        }
    }

    [Fact]
    public void In_many_dimensions_the_norm_alone_counts()
    {
        // μ = (2, 1) against μ = √5 along one axis of the formula.
        const double Rate = 0.2, Sigma = 1.5;
        double sum = 0, total = 0;
        for (int x = -40; x <= 40; x++)
        {
            for (int y = -40; y <= 40; y++)
            {
                double weight = Math.Exp(-((x * x) + (y * y)) / (2 * Sigma * Sigma));
                sum += weight * Math.Pow(1 - Rate + (Rate * Math.Exp(((2 * ((2 * x) + y)) - 5) / (2 * Sigma * Sigma))), 4);
                total += weight;
            }
        }

        double stated = new PoissonSampledDiscreteGaussianEvent(Rate, Sigma, Math.Sqrt(5)).Bound().LogMoment(4);
        Assert.Equal(Math.Log(sum / total), stated, 1e-9 * stated);
    }

    /// <summary>log E[(P/Q)^order] under Q, the noise's law around 0.</summary>
    private static double Moment(double rate, double sigma, int shift, double order)
    {
        double sum = 0, total = 0;
        int reach = (int)(60 * sigma) + (40 * shift);
        for (int x = -reach; x <= reach; x++)
        {
            double exponent = -(double)x * x / (2 * sigma * sigma);
            double logRatio = Math.Log(1 - rate + (rate * Math.Exp((((2.0 * x) - shift) * shift) / (2 * sigma * sigma))));
            sum += Math.Exp(exponent + (order * logRatio));
            total += Math.Exp(exponent);
        }

        return Math.Log(sum / total);
    }
}

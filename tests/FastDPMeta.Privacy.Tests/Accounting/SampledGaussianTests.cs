using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Tests.Accounting;

/// <summary>The two ways to the moment, the closed sum and the integral, share no code: they check each other.</summary>
public sealed class SampledGaussianTests
{
    [Fact]
    public void Integral_equals_the_closed_sum_at_whole_orders()
    {
        foreach (double rate in new[] { 1e-8, 1e-5, 0.003, 0.1, 0.6, 0.9999 })
        {
            foreach (double noise in new[] { 0.05, 0.3, 0.8, 1, 3, 30, 1000 })
            {
                SampledGaussian mechanism = new(rate, noise);
                MomentGrid grid = new(rate, noise);
                foreach (int order in new[] { 2, 3, 4, 7, 16, 33, 120, 400 })
                {
                    double sum = mechanism.BinomialSum(order);
                    double integral = grid.LogMoment(order);
                    Assert.True(
                        Math.Abs(integral / sum - 1) < SampledGaussian.RoundingSlack,
                        $"rate {rate}, σ {noise}, order {order}: integral {integral:r}, sum {sum:r}");
                }
            }
        }
    }

    [Fact]
    public void Log_moment_is_convex_between_whole_orders_and_continuous_at_them()
    {
        SampledGaussian mechanism = new(0.02, 0.7);
        for (double order = 1.25; order < 40; order += 0.25)
        {
            double chord = (mechanism.LogMoment(order - 0.125) + mechanism.LogMoment(order + 0.125)) / 2;
            Assert.True(mechanism.LogMoment(order) <= chord * (1 + 1e-9), $"order {order}");
        }

        Assert.Equal(mechanism.LogMoment(5), mechanism.LogMoment(5 + 1e-9), 1e-7);
    }

    [Fact]
    public void Orders_close_to_one_give_close_to_the_Kullback_Leibler_divergence()
    {
        // KL of N(0, σ²) sampled: E[f log f], by an independent fine midpoint sum.
        (double rate, double noise) = (0.05, 1.2);
        double kl = 0;
        const double Step = 1e-3;
        for (double u = -12 + (Step / 2); u < 20; u += Step)
        {
            double f = 1 - rate + (rate * Math.Exp((u / noise) - (1 / (2 * noise * noise))));
            kl += Step * Math.Exp(-u * u / 2) / Math.Sqrt(2 * Math.PI) * f * Math.Log(f);
        }

        double divergence = new SampledGaussian(rate, noise).LogMoment(1 + 1e-6) / 1e-6;
        Assert.Equal(kl, divergence, 1e-5 * kl);
    }

    [Fact]
    public void Extreme_parameters_stay_finite_and_below_the_unsampled_moment()
    {
        foreach (double rate in new[] { 1e-300, 1e-12, 0.5, 1 - 1e-16 })
        {
            foreach (double noise in new[] { 1e-4, 0.01, 1, 1e6 })
            {
                foreach (double order in new[] { 1 + 1e-9, 1.5, 2, 77.7, 513, 9999.5, 1e9 })
                {
                    double moment = new SampledGaussian(rate, noise).LogMoment(order);
                    double unsampled = order * (order - 1) / (2 * noise * noise);
                    Assert.True(moment >= 0 && moment <= unsampled * (1 + 1e-14), $"rate {rate}, σ {noise}, order {order}: {moment:r}");
                }
            }
        }
    }
}

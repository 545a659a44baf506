using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Tests;

public sealed class GaussianQueriesTests
{
    [Fact]
    public void Two_sums_of_one_lot_cost_what_their_joint_multiplier_says()
    {
        // Both sums of the same unit: a shift of (1/z₁, 1/z₂) in unit noise, of length √(z₁⁻² + z₂⁻²). Along it the pair is the sampled Gaussian of that multiplier.
        (double first, double second, double rate) = (1.2, 3.0, 0.3);
        double together = GaussianQueries.Together(first, second);
        Assert.Equal(1 / Math.Sqrt((1 / 1.44) + (1 / 9.0)), together, 1e-14);
        foreach (double order in new[] { 1.5, 2, 4 })
        {
            Assert.Equal(PlaneMoment(first, second, rate, order), new SampledGaussian(rate, together).LogMoment(order), 1e-8);
        }
    }

    [Fact]
    public void Two_separate_charges_cost_more_than_one_lot_with_two_sums()
    {
        RdpAccountant one = new(), two = new();
        one.Charge(new PoissonSampledGaussianEvent(0.01, GaussianQueries.Together(1, 1)), 500);
        two.Charge(new PoissonSampledGaussianEvent(0.01, 1), 1000);
        Assert.True(one.Spent(1e-6).Epsilon > two.Spent(1e-6).Epsilon, "the same lot twice is worse than two independent lots");
    }

    [Theory]
    [InlineData(1.0, 20.0)]
    [InlineData(0.7, 0.7001)]
    [InlineData(30, 31)]
    [InlineData(1, 1e9)]
    public void Splitting_gives_back_no_less_than_the_joint_multiplier(double together, double second)
    {
        double first = GaussianQueries.First(together, second);
        Assert.True(first >= together);
        Assert.InRange(GaussianQueries.Together(first, second), together, together * (1 + 1e-11));
    }

    [Fact]
    public void Without_a_second_sum_nothing_changes()
    {
        Assert.Equal(1.3, GaussianQueries.Together(1.3, null));
        Assert.Equal(1.3, GaussianQueries.First(1.3, null));
        Assert.Equal(0, GaussianQueries.Together(0, 5));
        PrivacyPlan plan = Plans.Small();
        Assert.Null(plan.SecondNoiseMultiplier);
        Assert.Equal(plan.NoiseMultiplier, plan.EffectiveNoiseMultiplier);
    }

    [Fact]
    public void A_second_sum_as_quiet_as_the_budget_allows_leaves_nothing() =>
        Assert.Equal(double.PositiveInfinity, GaussianQueries.First(1, 1));

    [Theory]
    [InlineData("Poisson")]
    [InlineData("FixedSize")]
    [InlineData("Cyclic")]
    public void A_plan_with_a_second_sum_charges_both_and_keeps_the_budget(string name)
    {
        PrivacyPlanBuilder builder = name switch
        {
            "Poisson" => Plans.Builder(),
            "FixedSize" => Plans.Builder().FixedSize(50_000, 256, 2000),
            _ => Plans.Builder().Cyclic(1000, 100, 2),
        };
        PrivacyPlan alone = builder.Build();
        PrivacyPlan both = builder.AlsoRelease(10 * alone.NoiseMultiplier).Build();
        Assert.True(both.Promise.Epsilon <= 3);
        Assert.True(both.NoiseMultiplier > alone.NoiseMultiplier);
        Assert.InRange(both.EffectiveNoiseMultiplier, alone.NoiseMultiplier * (1 - 2e-7), alone.NoiseMultiplier * (1 + 2e-7));
        Assert.Equal(both.Sampling.Event(both.EffectiveNoiseMultiplier), both.RoundEvent);
        Assert.NotEqual(alone.Hash, both.Hash);
        Assert.Contains("second sum", both.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_sum_that_spends_the_budget_alone_is_refused()
    {
        string message = Assert.Throws<ArgumentException>(() => Plans.Builder().AlsoRelease(0.1).Build()).Message;
        Assert.Contains("second sum", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Plans.Builder().AlsoRelease(double.NaN).Build());
        Assert.Throws<ArgumentException>(() => Plans.Builder().AlsoRelease(0).Build());
    }

    /// <summary>log ∫∫ p^α·q^{1-α} over the plane of both noisy sums, in units of each noise.</summary>
    private static double PlaneMoment(double first, double second, double rate, double order)
    {
        const double Step = 0.05;
        double sum = 0;
        for (double x = -9; x < 16; x += Step)
        {
            for (double y = -9; y < 16; y += Step)
            {
                double ratio = Math.Exp((x / first) + (y / second) - (1 / (2 * first * first)) - (1 / (2 * second * second)));
                sum += Math.Exp(-((x * x) + (y * y)) / 2) * Math.Pow(1 - rate + (rate * ratio), order);
            }
        }

        return Math.Log(sum * Step * Step / (2 * Math.PI));
    }
}

using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Tests;

/// <summary>Adaptive clipping releases two sums over one lot; the plan charges one.</summary>
public sealed class AdaptiveClippingPlanTests
{
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    public void Gradient_sum_and_count_of_one_lot_cost_what_the_plan_charges(double share)
    {
        // Both sums of the same unit: a shift of (1/z₁, 1/z₂) in unit noise, of length √(z₁⁻² + z₂⁻²). A unit moves the centred count by one half.
        PrivacyPlan plan = new PrivacyPlanBuilder()
            .Protect(PrivacyUnit.Example).Within(new PrivacyBudget(8, 1e-6)).Poisson(population: 10, expectedLot: 3, rounds: 1)
            .Clip(Clipping.Adaptive(share: share)).NoiseMultiplier(1.1).Build();
        foreach (double order in new[] { 1.5, 2, 4 })
        {
            double both = PlaneMoment(plan.GradientNoiseMultiplier, 2 * plan.CountNoise, plan.SamplingRate, order);
            Assert.Equal(both, new SampledGaussian(plan.SamplingRate, plan.NoiseMultiplier).LogMoment(order), 1e-8);
        }
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

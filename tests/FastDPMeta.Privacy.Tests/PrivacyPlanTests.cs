using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Sampling;

namespace FastDPMeta.Privacy.Tests;

public sealed class PrivacyPlanTests
{
    [Fact]
    public void Noise_is_calibrated_to_the_budget_and_hardly_more()
    {
        PrivacyPlan plan = Plans.Small();
        Assert.InRange(plan.Promise.Epsilon, 3 * (1 - 1e-5), 3);
        Assert.Equal(Accountant.Epsilon(plan.SamplingRate, plan.NoiseMultiplier, plan.Rounds, 1e-6), plan.Promise.Epsilon);
        Assert.True(plan.AffordableRounds >= plan.Rounds);
        Assert.Equal(new PoissonSampledGaussianEvent(256.0 / 50_000, plan.NoiseMultiplier), plan.RoundEvent);
        Assert.Empty(plan.Warnings);
    }

    [Fact]
    public void Calibrated_noise_has_eight_digits_at_most()
    {
        string digits = Plans.Small().NoiseMultiplier.ToString("r", System.Globalization.CultureInfo.InvariantCulture).Replace(".", "", StringComparison.Ordinal).TrimStart('0');
        Assert.True(digits.Length <= 8, digits);
    }

    [Fact]
    public void Everything_wrong_is_reported_at_once()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new PrivacyPlanBuilder()
            .Protect((PrivacyUnit)7)
            .Within(new PrivacyBudget(epsilon: double.NaN, delta: 1))
            .Poisson(population: 0, expectedLot: -2, rounds: 0)
            .ClipTo(-1)
            .NoiseMultiplier(double.NaN)
            .Compare(NeighbouringRelation.ReplaceOne)
            .Build());
        foreach (string name in new[] { "unit", "epsilon", "delta", "population", "expectedLot", "rounds", "clipNorm", "noiseMultiplier", "neighbours" })
        {
            Assert.Contains(name + " must", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Everything_missing_is_reported_at_once()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new PrivacyPlanBuilder().Build());
        foreach (string name in new[] { "unit", "budget", "sampling", "clipNorm" })
        {
            Assert.Contains(name + " must", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.PositiveInfinity)]
    public void Epsilon_out_of_range_is_refused(double epsilon) =>
        Assert.Throws<ArgumentException>(() => Plans.Builder().Within(new PrivacyBudget(epsilon, 1e-6)).Build());

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    [InlineData(-1e-9)]
    public void Delta_out_of_range_is_refused(double delta) =>
        Assert.Throws<ArgumentException>(() => Plans.Builder().Within(new PrivacyBudget(1, delta)).Build());

    [Theory]
    [InlineData(100, 101)]
    [InlineData(100, 0)]
    public void Lot_beyond_the_population_is_refused(int population, int lot) =>
        Assert.Throws<ArgumentException>(() => Plans.Builder().Poisson(population, lot, 10).Build());

    [Theory]
    [InlineData(0f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Clip_out_of_range_is_refused(float clip) => Assert.Throws<ArgumentException>(() => Plans.Builder().ClipTo(clip).Build());

    [Fact]
    public void Delta_not_below_one_over_population_is_warned_of()
    {
        PrivacyPlan plan = Plans.Builder().Within(new PrivacyBudget(3, 2e-5)).Build();
        Assert.Contains("1 / population", Assert.Single(plan.Warnings), StringComparison.Ordinal);
        Assert.Contains("Warning", plan.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_noise_is_kept_and_tells_how_long_the_budget_lasts()
    {
        PrivacyPlan plan = Plans.Builder().Poisson(50_000, 256, 100_000).NoiseMultiplier(0.8).Build();
        Assert.Equal(0.8, plan.NoiseMultiplier);
        Assert.InRange(plan.AffordableRounds, 1, 99_999);
        Assert.Contains($"lasts {plan.AffordableRounds} of 100000", Assert.Single(plan.Warnings), StringComparison.Ordinal);
        Assert.True(plan.Promise.Epsilon <= 3);
    }

    [Fact]
    public void Noise_that_one_round_cannot_afford_is_refused() =>
        Assert.Throws<ArgumentException>(() => Plans.Builder().NoiseMultiplier(0.05).Poisson(10, 5, 1).Build());

    [Fact]
    public void Full_batches_are_a_rate_of_one()
    {
        PrivacyPlan plan = Plans.Builder().Poisson(100, 100, 3).Build();
        Assert.Equal(1, plan.SamplingRate);
        using ISampler sampler = plan.CreateSampler(100);
        List<int> lot = [];
        sampler.Sample(0, lot);
        Assert.Equal(Enumerable.Range(0, 100), lot);
    }

    [Fact]
    public void Noise_deviation_is_the_multiplier_times_the_clip_rounded_up()
    {
        PrivacyPlan plan = Plans.Builder().ClipTo(0.1f).NoiseMultiplier(1.1).Build();
        Assert.True(plan.NoiseStandardDeviation >= 1.1 * 0.1f);
        Assert.Equal(0.11f, plan.NoiseStandardDeviation, 1e-7f);
    }

    [Fact]
    public void Sampler_draws_with_the_rate_that_is_charged_whatever_the_real_size_of_the_data()
    {
        PrivacyPlan plan = Plans.Small();
        using ISampler sampler = plan.CreateSampler(units: 123);
        Assert.Equal(((PoissonSampledGaussianEvent)plan.RoundEvent).SamplingRate, Assert.IsType<PoissonSampler>(sampler).Rate);
        Assert.Equal(123, sampler.Units);
    }

    [Fact]
    public void Plan_without_privacy_says_so()
    {
        PrivacyPlan plan = PrivacyPlan.None(PrivacyUnit.Task, 50_000, 256, 2000);
        Assert.False(plan.IsPrivate);
        Assert.Equal(0, plan.NoiseMultiplier);
        Assert.Equal(0, plan.NoiseStandardDeviation);
        Assert.Equal(float.PositiveInfinity, plan.ClipNorm);
        Assert.Equal(double.PositiveInfinity, plan.Promise.Epsilon);
        Assert.StartsWith("NO PRIVACY", plan.Describe(), StringComparison.Ordinal);
        Assert.Contains("no protection", plan.Promise.ToString(), StringComparison.Ordinal);
        Assert.Equal(256, plan.Divisor);
        ArgumentException error = Assert.Throws<ArgumentException>(() => PrivacyPlan.None(PrivacyUnit.Task, 0, 0, 0));
        Assert.Contains("population", error.Message, StringComparison.Ordinal);
        Assert.Contains("rounds", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hash_tells_plans_apart_and_knows_equal_ones()
    {
        Assert.Equal(Plans.Small().Hash, Plans.Small().Hash);
        string[] hashes =
        [
            Plans.Small().Hash,
            Plans.Builder().Protect(PrivacyUnit.Example).Build().Hash,
            Plans.Builder().Within(new PrivacyBudget(2.9, 1e-6)).Build().Hash,
            Plans.Builder().Within(new PrivacyBudget(3, 2e-6)).Build().Hash,
            Plans.Builder().Poisson(50_001, 256, 2000).Build().Hash,
            Plans.Builder().ClipTo(2).Build().Hash,
            Plans.Builder().NoiseMultiplier(2).Build().Hash,
            PrivacyPlan.None(PrivacyUnit.Task, 50_000, 256, 2000).Hash,
        ];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    [Fact]
    public void Description_names_all_that_matters()
    {
        string text = Plans.Small().Describe();
        foreach (string part in new[] { "task", "ε ≤ 3", "1E-06", "0.00512", "2000 rounds", "noise multiplier", "divided by 256" })
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
        }
    }
}

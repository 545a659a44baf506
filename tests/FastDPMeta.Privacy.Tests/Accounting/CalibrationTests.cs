using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Tests.Accounting;

public sealed class CalibrationTests
{
    public static TheoryData<double, long, double, double> Runs => new()
    {
        { 256.0 / 50_000, 2000, 3, 1e-6 },
        { 0.01, 1000, 1, 1e-5 },
        { 1, 1, 0.5, 1e-9 },
        { 0.5, 20, 50, 1e-3 },
        { 1e-5, 1_000_000, 0.1, 1e-8 },
        { 0.001, 3, 0.05, 1e-12 },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void Noise_keeps_within_the_target_and_hardly_less_would_not(double rate, long steps, double epsilon, double delta)
    {
        double noise = Accountant.NoiseMultiplier(rate, steps, epsilon, delta);
        Assert.True(Accountant.Epsilon(rate, noise, steps, delta) <= epsilon);
        Assert.True(Accountant.Epsilon(rate, noise * (1 - 1e-6), steps, delta) > epsilon);
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Steps_are_the_most_within_the_target(double rate, long steps, double epsilon, double delta)
    {
        double noise = Accountant.NoiseMultiplier(rate, steps, epsilon, delta);
        long most = Accountant.Steps(rate, noise, epsilon, delta);
        Assert.True(most >= steps);
        Assert.True(Accountant.Epsilon(rate, noise, most, delta) <= epsilon);
        Assert.True(Accountant.Epsilon(rate, noise, most + 1, delta) > epsilon);
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Rate_is_the_highest_within_the_target(double rate, long steps, double epsilon, double delta)
    {
        double noise = Accountant.NoiseMultiplier(rate, steps, epsilon, delta);
        double highest = Accountant.SamplingRate(noise, steps, epsilon, delta);
        Assert.InRange(highest, rate * (1 - 1e-6), 1);
        Assert.True(Accountant.Epsilon(highest, noise, steps, delta) <= epsilon);
    }

    [Fact]
    public void No_step_is_within_a_budget_that_one_step_exceeds() => Assert.Equal(0, Accountant.Steps(1, 0.5, 0.1, 1e-9));

    [Fact]
    public void A_target_out_of_reach_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Accountant.NoiseMultiplier(1, 1_000_000, 1e-12, 1e-20));

    [Fact]
    public void A_target_that_hardly_any_noise_meets_gets_the_least_noise() => Assert.Equal(0.01, Accountant.NoiseMultiplier(1, 1, 1e9, 1e-5), 1e-12);

    [Fact]
    public void Endless_steps_cost_nothing_when_they_release_next_to_nothing() =>
        Assert.Equal(1L << 50, Accountant.Steps(1e-12, 1000, 1, 1e-5));
}

using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Privacy.Tests;

public sealed class SecureNoisePlanTests
{
    [Theory]
    [InlineData(1f)]
    [InlineData(0.1f)]
    [InlineData(0.7f)]
    [InlineData(3e-7f)]
    [InlineData(12345f)]
    public void The_lattice_has_a_step_that_is_a_power_of_two_and_at_least_the_noise_accounted_for(float clip)
    {
        PrivacyPlan plan = Plans.Builder().ClipTo(clip).SecureNoise().Build();
        NoiseLattice lattice = plan.Lattice!;

        Assert.Equal(lattice.Step, Math.ScaleB(1, Math.ILogB(lattice.Step)));
        Assert.InRange(clip / lattice.Step, (1 << 14) - 0.001, 1 << 15);
        Assert.InRange(lattice.Sensitivity * lattice.Step / clip, 1 + (1.0 / 1024), 1.0011);
        Assert.True(lattice.StandardDeviation / lattice.Sensitivity >= plan.NoiseMultiplier);
        Assert.True(NoiseLattice.MostUnits * lattice.Sensitivity < 1 << 24);
    }

    [Fact]
    public void Secure_noise_costs_next_to_nothing_in_epsilon_and_has_a_hash_of_its_own()
    {
        PrivacyPlan fast = Plans.Builder().Build(), secure = Plans.Builder().SecureNoise().Build();
        Assert.InRange(secure.NoiseMultiplier / fast.NoiseMultiplier, 1, 1.005); // whole orders and chords between them
        Assert.NotEqual(fast.Hash, secure.Hash);
        Assert.Null(fast.Lattice);
        Assert.IsType<PoissonSampledDiscreteGaussianEvent>(secure.RoundEvent);
        Assert.Contains("exact discrete Gaussian", secure.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_accounted_for_is_refused()
    {
        string message = Assert.Throws<ArgumentException>(() => Plans.Builder().FixedSize(1000, 10, 10).Clip(Clipping.Adaptive()).SecureNoise().Build()).Message;
        Assert.Contains("must be Poisson where noise is secure", message, StringComparison.Ordinal);
        Assert.Contains("must not be adaptive", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ledger_of_secure_rounds_adds_up_to_the_plans_promise()
    {
        PrivacyPlan plan = Plans.Builder().Poisson(1000, 50, 20).SecureNoise().Build();
        using PrivacyLedger ledger = PrivacyLedger.InMemory(plan);
        for (int round = 0; round < plan.Rounds; round++)
        {
            ledger.Charge(round);
        }

        Assert.Equal(plan.Promise, ledger.Spent);
        Assert.InRange(ledger.Spent.Epsilon, 2.9, 3);
        PrivacyEvent copy = PrivacyEventJson.Decode(System.Text.Json.JsonDocument.Parse(PrivacyEventJson.Encode(plan.RoundEvent)).RootElement);
        Assert.Equal(plan.RoundEvent, copy);
    }
}

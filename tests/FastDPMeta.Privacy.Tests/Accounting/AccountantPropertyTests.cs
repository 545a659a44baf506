using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Tests.Accounting;

/// <summary>What must hold for any accountant, whatever the numbers.</summary>
public sealed class AccountantPropertyTests
{
    private static readonly double[] Rates = [1e-6, 1e-4, 0.004, 0.05, 0.5, 0.99, 1];
    private static readonly double[] Noises = [0.1, 0.4, 0.7, 1, 2.5, 10, 80];
    private static readonly long[] Steps = [1, 7, 300, 20_000];
    private static readonly double[] Deltas = [1e-3, 1e-5, 1e-9, 1e-15];

    /// <summary>A search over orders ends within 1e-7 of the best order, and a kink there costs as much.</summary>
    private const double Flat = 1e-7;

    [Fact]
    public void Epsilon_rises_with_the_rate()
    {
        foreach ((double noise, long steps, double delta) in from n in Noises from s in Steps from d in Deltas select (n, s, d))
        {
            AssertRises(Rates.Select(rate => Accountant.Epsilon(rate, noise, steps, delta)), $"σ {noise}, {steps} steps, δ {delta}");
        }
    }

    [Fact]
    public void Epsilon_rises_with_the_number_of_steps()
    {
        foreach ((double rate, double noise, double delta) in from r in Rates from n in Noises from d in Deltas select (r, n, d))
        {
            AssertRises(Steps.Select(steps => Accountant.Epsilon(rate, noise, steps, delta)), $"rate {rate}, σ {noise}, δ {delta}");
        }
    }

    [Fact]
    public void Epsilon_falls_as_noise_grows()
    {
        foreach ((double rate, long steps, double delta) in from r in Rates from s in Steps from d in Deltas select (r, s, d))
        {
            AssertRises(Noises.Reverse().Select(noise => Accountant.Epsilon(rate, noise, steps, delta)), $"rate {rate}, {steps} steps, δ {delta}");
        }
    }

    [Fact]
    public void Epsilon_falls_as_delta_grows()
    {
        foreach ((double rate, double noise, long steps) in from r in Rates from n in Noises from s in Steps select (r, n, s))
        {
            AssertRises(Deltas.Select(delta => Accountant.Epsilon(rate, noise, steps, delta)), $"rate {rate}, σ {noise}, {steps} steps");
        }
    }

    [Theory]
    [InlineData(0.3, 1)]
    [InlineData(1.1, 20)]
    [InlineData(40, 5000)]
    public void Rate_one_is_the_Gaussian_mechanism(double noise, long steps)
    {
        RdpAccountant plain = new();
        plain.Charge(new GaussianEvent(noise), steps);
        Assert.Equal(plain.Spent(1e-6).Epsilon, Accountant.Epsilon(1, noise, steps, 1e-6));

        // And sampling with a rate just below one comes out of the integral, not of the closed form.
        double almost = Accountant.Epsilon(1 - 1e-9, noise, steps, 1e-6);
        Assert.InRange(almost / plain.Spent(1e-6).Epsilon, 1 - 1e-6, 1);
    }

    [Fact]
    public void A_run_in_two_parts_costs_what_the_whole_costs()
    {
        PoissonSampledGaussianEvent step = new(0.01, 1.1);
        RdpAccountant whole = new();
        whole.Charge(new SelfComposedEvent(step, 1000));
        RdpAccountant parts = new();
        parts.Charge(step, 300);
        parts.Charge(new ComposedEvent(new SelfComposedEvent(step, 350), new SelfComposedEvent(new ComposedEvent(step, step), 175)));
        Assert.Equal(whole.Spent(1e-5), parts.Spent(1e-5));
    }

    [Fact]
    public void Many_Gaussians_cost_what_one_with_their_joint_noise_costs()
    {
        RdpAccountant parts = new();
        parts.Charge(new GaussianEvent(3), 4);
        parts.Charge(new GaussianEvent(5));
        RdpAccountant joint = new();
        joint.Charge(new GaussianEvent(1 / Math.Sqrt((4 / 9.0) + (1 / 25.0))));
        Assert.Equal(joint.Spent(1e-6).Epsilon, parts.Spent(1e-6).Epsilon, joint.Spent(1e-6).Epsilon * Flat);
    }

    [Fact]
    public void Nothing_released_costs_nothing()
    {
        RdpAccountant accountant = new();
        Assert.Equal(0, accountant.Spent(1e-9).Epsilon);
        accountant.Charge(new PoissonSampledGaussianEvent(0, 1), 1000);
        accountant.Charge(new PoissonSampledGaussianEvent(0, 0), 1000);
        accountant.Charge(new GaussianEvent(1), 0);
        accountant.Charge(new ComposedEvent());
        Assert.Equal(0, accountant.Spent(1e-9).Epsilon);
        Assert.Equal(0, accountant.Delta(0.1));
    }

    [Fact]
    public void A_release_without_noise_makes_epsilon_infinite_for_good()
    {
        RdpAccountant accountant = new();
        accountant.Charge(new PoissonSampledGaussianEvent(0.001, 0));
        accountant.Charge(new GaussianEvent(10));
        Assert.Equal(double.PositiveInfinity, accountant.Spent(0.5).Epsilon);
        Assert.Equal(1, accountant.Delta(3));

        RdpAccountant open = new();
        open.Charge(new NonPrivateEvent());
        Assert.Equal(double.PositiveInfinity, open.Spent(1e-5).Epsilon);
    }

    [Fact]
    public void Numbers_that_make_no_sense_are_refused()
    {
        foreach (double bad in new[] { double.NaN, -1, double.PositiveInfinity })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianEvent(bad));
            Assert.Throws<ArgumentOutOfRangeException>(() => new PoissonSampledGaussianEvent(0.1, bad));
            Assert.Throws<ArgumentOutOfRangeException>(() => new PoissonSampledGaussianEvent(bad, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => new RdpAccountant().Spent(bad));
            Assert.Throws<ArgumentOutOfRangeException>(() => new RdpAccountant().Delta(bad));
            Assert.Throws<ArgumentOutOfRangeException>(() => new RdpAccountant().RenyiDivergence(bad));
            Assert.Throws<ArgumentException>(() => new RdpAccountant([2, bad]));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new SelfComposedEvent(new GaussianEvent(1), -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianEvent(1) with { NoiseMultiplier = double.NaN });
    }

    [Fact]
    public void A_refused_charge_changes_nothing()
    {
        RdpAccountant accountant = new();
        accountant.Charge(new GaussianEvent(2));
        PrivacySpent before = accountant.Spent(1e-5);
        Assert.Throws<ArgumentOutOfRangeException>(() => accountant.Charge(new GaussianEvent(1), -1));
        Assert.Throws<ArgumentException>(() => accountant.Charge(new GaussianEvent(1) { Neighbours = NeighbouringRelation.ReplaceOne }));
        Assert.Throws<ArgumentOutOfRangeException>(() => accountant.Charge(new ComposedEvent(new GaussianEvent(0.1), new SelfComposedEvent(new GaussianEvent(1), long.MaxValue)), 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => accountant.Charge(new GaussianEvent(1), long.MaxValue));
        Assert.Equal(before, accountant.Spent(1e-5));
    }

    [Fact]
    public void Events_under_different_relations_do_not_compose()
    {
        GaussianEvent other = new(1) { Neighbours = NeighbouringRelation.ReplaceOne };
        Assert.Throws<ArgumentException>(() => new ComposedEvent(new GaussianEvent(1), other));
        Assert.Equal(NeighbouringRelation.ReplaceOne, new SelfComposedEvent(other, 3).Neighbours);
    }

    [Fact]
    public void Facade_names_every_bad_argument_at_once()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Accountant.Epsilon(0, double.NaN, -1, 1));
        foreach (string name in new[] { "rate", "noiseMultiplier", "steps", "delta" })
        {
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Delta_inverts_epsilon()
    {
        RdpAccountant accountant = new(RdpAccountant.DefaultOrders);
        accountant.Charge(new PoissonSampledGaussianEvent(0.02, 1.3), 700);
        foreach (double delta in Deltas)
        {
            double epsilon = accountant.Spent(delta).Epsilon;

            // The two conversions are the same inequality at one order, so going there and back gains nothing and loses only rounding.
            Assert.InRange(accountant.Delta(epsilon), delta * (1 - 1e-6), delta * (1 + 1e-9));
        }
    }

    private static void AssertRises(IEnumerable<double> values, string what)
    {
        double before = 0;
        foreach (double value in values)
        {
            Assert.True(value >= before * (1 - Flat), $"{what}: {value:r} after {before:r}");
            before = value;
        }
    }
}

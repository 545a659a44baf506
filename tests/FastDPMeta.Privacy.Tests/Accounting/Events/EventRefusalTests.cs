using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Tests.Accounting.Events;

/// <summary>Numbers that make no sense never reach an account, and relations do not mix.</summary>
public sealed class EventRefusalTests
{
    private static readonly double[] Senseless = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -1];

    [Fact]
    public void Numbers_that_make_no_sense_are_refused_by_every_event()
    {
        GaussianEvent fine = new(1);
        foreach (double bad in Senseless)
        {
            Refused(() => new GaussianEvent(bad));
            Refused(() => new LaplaceEvent(bad));
            Refused(() => new DiscreteGaussianEvent(bad));
            Refused(() => new DiscreteLaplaceEvent(bad));
            Refused(() => new SkellamEvent(bad, 1, 1));
            Refused(() => new SkellamEvent(1, bad, 1));
            Refused(() => new SkellamEvent(1, 1, bad));
            Refused(() => new DistributedDiscreteGaussianEvent(2, bad, 1, 1, 1));
            Refused(() => new DistributedDiscreteGaussianEvent(2, 1, 1, bad, 1));
            Refused(() => new LatticeRounding(bad, 1, 1, 0.5));
            Refused(() => new LatticeRounding(1, bad, 1, 0.5));
            Refused(() => new LatticeRounding(1, 1, 1, bad));
            Refused(() => new MixtureOfGaussiansEvent(bad, [0, 1], [0.5, 0.5]));
            Refused(() => new MixtureOfGaussiansEvent(1, [0, bad], [0.5, 0.5]));
            Refused(() => new MixtureOfGaussiansEvent(1, [0, 1], [0.5, bad]));
            Refused(() => new ConcentratedEvent(bad));
            Refused(() => new ConcentratedEvent(1, bad));
            Refused(() => new EpsilonDeltaEvent(bad));
            Refused(() => new EpsilonDeltaEvent(1, bad));
            Refused(() => new RandomizedResponseEvent(bad));
            Refused(() => new ExponentialMechanismEvent(bad));
            Refused(() => new PermuteAndFlipEvent(bad));
            Refused(() => new ShuffledEvent(10, bad));
            Refused(() => new PoissonSampledEvent(bad, fine));
            Refused(() => new SingleEpochTreeEvent(bad, 10));
            Refused(() => new RepeatedTreeEvent(bad, 10, false, 1));
            Refused(() => new MatrixFactorizationEvent(bad, [1], 10));
            Refused(() => new MatrixFactorizationEvent(1, [bad == -1 ? 0 : bad], 10));
            Refused(() => new BandedMatrixEvent(bad, 1, 10, 0.1));
            Refused(() => new BandedMatrixEvent(1, 1, 10, bad));
            Refused(() => RepeatAndSelectEvent.Poisson(fine, bad));
            Refused(() => RepeatAndSelectEvent.NegativeBinomial(fine, bad, 0.5));
            Refused(() => RepeatAndSelectEvent.NegativeBinomial(fine, 1, bad));
        }
    }

    [Fact]
    public void Counts_and_sizes_that_make_no_sense_are_refused()
    {
        LaplaceEvent exchanged = new(1) { Neighbours = NeighbouringRelation.ReplaceOne };
        Refused(() => new DiscreteGaussianEvent(1, -1));
        Refused(() => new DiscreteLaplaceEvent(1, 1 << 20));
        Refused(() => new SkellamEvent(1, 1, 2));
        Refused(() => new EpsilonDeltaEvent(1, 1.5));
        Refused(() => new MixtureOfGaussiansEvent(1, [0, 1], [0.5, 0.6]));
        Refused(() => new MixtureOfGaussiansEvent(1, [0], [0.5, 0.5]));
        Refused(() => new MixtureOfGaussiansEvent(1, [], []));
        Refused(() => new RandomizedResponseEvent(0.5, 1));
        Refused(() => new ShuffledEvent(0, 1));
        Refused(() => new SingleEpochTreeEvent(1, 0));
        Refused(() => new SingleEpochTreeEvent(1));
        Refused(() => new RepeatedTreeEvent(1, 0, false, 1));
        Refused(() => new RepeatedTreeEvent(1, 10, false, 0));
        Refused(() => new MatrixFactorizationEvent(1, [], 10));
        Refused(() => new MatrixFactorizationEvent(1, [1], 0));
        Refused(() => new BandedMatrixEvent(1, 0, 10, 0.1));
        Refused(() => new SelfComposedEvent(exchanged, -1));
        Refused(() => new SampledWithoutReplacementEvent(10, 11, exchanged));
        Refused(() => new SampledWithoutReplacementEvent(10, 5, new LaplaceEvent(1)));
        Refused(() => new GaussianEvent(1).ForGroup(0));
    }

    [Fact]
    public void Relations_do_not_mix_in_a_composition_nor_in_an_account()
    {
        LaplaceEvent exchanged = new(1) { Neighbours = NeighbouringRelation.ReplaceOne };
        Refused(() => new ComposedEvent([new LaplaceEvent(1), exchanged]));
        Refused(() => new RdpAccountant().Charge(exchanged));
        Refused(() => new PrivacyFilter(1, 1e-6).TryCharge(exchanged));
        Refused(() => new PrivacyOdometer(1e-6).Charge(exchanged));
    }

    [Fact]
    public void Events_that_do_not_hold_under_a_relation_are_refused_by_the_account()
    {
        Refused(() => Charge(new RandomizedResponseEvent(0.5) { Neighbours = NeighbouringRelation.AddOrRemoveOne }));
        Refused(() => Charge(new ShuffledEvent(10, 1) { Neighbours = NeighbouringRelation.AddOrRemoveOne }));
        Refused(() => Charge(new SingleEpochTreeEvent(1, 10) { Neighbours = NeighbouringRelation.AddOrRemoveOne }));
        Refused(() => Charge(new RepeatedTreeEvent(1, 10, false, 2) { Neighbours = NeighbouringRelation.AddOrRemoveOne }));
        Refused(() => Charge(new MatrixFactorizationEvent(1, [1], 10) { Neighbours = NeighbouringRelation.AddOrRemoveOne }));
        Refused(() => Charge(new MixtureOfGaussiansEvent(1, [0, 1], [0.5, 0.5]) { Neighbours = NeighbouringRelation.ReplaceOne }));
    }

    [Fact]
    public void A_charge_that_is_refused_changes_nothing()
    {
        RdpAccountant accountant = new();
        accountant.Charge(new GaussianEvent(1));
        double before = accountant.Spent(1e-6).Epsilon;
        Refused(() => accountant.Charge(new ComposedEvent([new GaussianEvent(1), new SingleEpochTreeEvent(1, 10) { Neighbours = NeighbouringRelation.AddOrRemoveOne }])));
        Assert.Equal(before, accountant.Spent(1e-6).Epsilon);
        Assert.Equal(1, accountant.Releases);
    }

    [Fact]
    public void Releases_without_noise_have_no_protection_and_nothing_costs_nothing()
    {
        foreach (PrivacyEvent e in new PrivacyEvent[] { new LaplaceEvent(0), new GaussianEvent(0), new RandomizedResponseEvent(0), new EpsilonDeltaEvent(1, 1), new PoissonSampledEvent(0.1, new LaplaceEvent(0)), new SingleEpochTreeEvent(0, 10) })
        {
            Assert.Equal(double.PositiveInfinity, Charge(e).Spent(1e-6).Epsilon);
        }

        foreach (PrivacyEvent e in new PrivacyEvent[]
        {
            new NoOpEvent(), new ExponentialMechanismEvent(0), new PermuteAndFlipEvent(0), new EpsilonDeltaEvent(0), new RandomizedResponseEvent(1), new ConcentratedEvent(0), new DiscreteLaplaceEvent(1, 0), new ShuffledEvent(10, 0),
            new PoissonSampledEvent(0, new NonPrivateEvent()), new SelfComposedEvent(new NonPrivateEvent(), 0),
        })
        {
            Assert.Equal(0, Charge(e).Spent(1e-12).Epsilon);
        }
    }

    private static RdpAccountant Charge(PrivacyEvent e)
    {
        RdpAccountant accountant = new(e.Neighbours);
        accountant.Charge(e);
        return accountant;
    }

    private static void Refused(Func<object?> action) => Assert.ThrowsAny<ArgumentException>(() => { _ = action(); });

    private static void Refused(Action action) => Assert.ThrowsAny<ArgumentException>(action);
}

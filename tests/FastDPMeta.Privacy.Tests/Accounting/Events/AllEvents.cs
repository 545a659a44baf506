using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Tests.Accounting.Events;

internal static class AllEvents
{
    /// <summary>One event of every kind at least.</summary>
    public static IReadOnlyList<PrivacyEvent> One() =>
    [
        new GaussianEvent(1.25) { Neighbours = NeighbouringRelation.ReplaceOne },
        new LaplaceEvent(0.5),
        new DiscreteGaussianEvent(3, 2),
        new DiscreteLaplaceEvent(0.2, 3) { Neighbours = NeighbouringRelation.ReplaceWithNothing },
        new SkellamEvent(100, 4, 2),
        new DistributedDiscreteGaussianEvent(10, 5, 8, 4, 2),
        new MixtureOfGaussiansEvent(2, [0, 1, 2], [0.81, 0.18, 0.01]),
        new ConcentratedEvent(0.1, 0.01),
        new EpsilonDeltaEvent(0.3, 1e-9),
        new RandomizedResponseEvent(0.4, 5),
        new ExponentialMechanismEvent(0.3),
        new PermuteAndFlipEvent(0.3),
        new ShuffledEvent(1000, 2),
        new PoissonSampledGaussianEvent(0.01, 1.1),
        new TruncatedPoissonSampledGaussianEvent(1000, 0.01, 20, 1.1),
        new TruncatedPoissonSampledGaussianEvent(1000, 0.01, 20, 1.1) { PopulationIsExact = true },
        new FixedSizeSampledGaussianEvent(1000, 10, 0.7),
        new EpochGaussianEvent(10, 2),
        new SingleEpochTreeEvent(3, 100, 200),
        new RepeatedTreeEvent(4, 10, true, 2, 1),
        new MatrixFactorizationEvent(3, [1, 0.5, 0.25], 20, 2, 10),
        new BandedMatrixEvent(2, 4, 1000, 0.1),
        new CorrelatedGaussianEvent(rounds: 100, noiseMultiplier: 3, sensitivity: 1.5),
        new PoissonSampledDiscreteGaussianEvent(samplingRate: 0.01, standardDeviation: 30, sensitivity: 20),
        new CoveredEvent(),
        new NonPrivateEvent(),
        new NoOpEvent(),
        new PoissonSampledEvent(0.1, new LaplaceEvent(1)),
        new SampledWithoutReplacementEvent(100, 10, new LaplaceEvent(1) { Neighbours = NeighbouringRelation.ReplaceOne }),
        RepeatAndSelectEvent.NegativeBinomial(new GaussianEvent(5), 1, 0.1),
        RepeatAndSelectEvent.Poisson(new GaussianEvent(5), 10),
        new SelfComposedEvent(new GaussianEvent(5), 7),
        new ComposedEvent([new GaussianEvent(5), new LaplaceEvent(3)]),
    ];
}

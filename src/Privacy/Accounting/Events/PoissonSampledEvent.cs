using FastDPMeta.Privacy.Accounting.Loss;

namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Any release on a lot that each unit entered independently with the same probability. Several releases on the <b>same</b> lot are one event with a composition inside; several lots are a
/// composition of such events, which costs less.
/// </summary>
public sealed record PoissonSampledEvent : PrivacyEvent
{
    /// <summary>An event.</summary>
    /// <param name="samplingRate">q in [0, 1]: the probability with which a unit takes part.</param>
    /// <param name="sampled">What is released of the lot.</param>
    /// <exception cref="ArgumentOutOfRangeException">q is outside [0, 1] or NaN.</exception>
    public PoissonSampledEvent(double samplingRate, PrivacyEvent sampled)
    {
        ArgumentNullException.ThrowIfNull(sampled);
        SamplingRate = CheckSamplingRate(samplingRate);
        Sampled = sampled;
    }

    /// <summary>q: the probability with which a unit takes part.</summary>
    public double SamplingRate { get; }

    /// <summary>What is released of the lot.</summary>
    public PrivacyEvent Sampled { get; }

    /// <summary>The relation of what is released.</summary>
    public override NeighbouringRelation Neighbours => Sampled.Neighbours;

    internal override void AddTo(SingleReleases releases, long count)
    {
        PrivacyEvent reduced = Reduced();
        if (!ReferenceEquals(reduced, this))
        {
            reduced.AddTo(releases, count);
            return;
        }

        if (Neighbours == NeighbouringRelation.ReplaceOne)
        {
            throw new ArgumentException(
                "Poisson sampling of other noise than Gaussian is not accounted for under ReplaceOne: an exchange moves the sum two ways at once. State it under AddOrRemoveOne, or draw lots of fixed size.",
                nameof(releases));
        }

        releases.Add(this, count);
    }

    internal override MomentBound Bound() => Single() switch
    {
        DiscreteGaussianEvent lattice => new SampledLatticeMoments(SamplingRate, lattice.Sigma / lattice.Sensitivity),
        ExponentialMechanismEvent choice => new LesserMoments(new FinitePairMoments(choice.Pair().Sampled(SamplingRate)), new MixedMoments(SamplingRate, choice.Bound())),
        { } release when release.Pair() is { } pair => new FinitePairMoments(pair.Sampled(SamplingRate)),
        _ => new SampledMoments(SamplingRate, new ComposedMoments(Sampled)),
    };

    internal override DominatingPairs? Dominating() => Single() switch
    {
        LaplaceEvent laplace => LossPairs.SampledLaplace(SamplingRate, laplace.NoiseMultiplier),
        DiscreteGaussianEvent lattice => DiscreteMechanisms.Gaussian(lattice.Sigma, lattice.Sensitivity, SamplingRate),
        DiscreteLaplaceEvent lattice => DiscreteMechanisms.Laplace(lattice.Decay, lattice.Sensitivity, SamplingRate),
        SkellamEvent { WholeShift: { } shift } lattice => DiscreteMechanisms.Skellam(lattice.Variance, shift, SamplingRate),
        { } release => release.Pair()?.Sampled(SamplingRate).Dominating(),
        _ => null,
    };

    internal override FinitePair? Pair() => Single()?.Pair()?.Sampled(SamplingRate);

    private protected override PrivacyEvent Grouped(int size)
    {
        PrivacyEvent reduced = Reduced();
        return ReferenceEquals(reduced, this) ? base.Grouped(size) : reduced.ForGroup(size);
    }

    /// <summary>The only release inside, where there is just one.</summary>
    internal PrivacyEvent? Single() => SingleReleases.Of(Sampled).Items is [(PrivacyEvent release, 1)] ? release : null;

    /// <summary>A simpler event of the same cost, or this one.</summary>
    private PrivacyEvent Reduced()
    {
        SingleReleases inner = SingleReleases.Of(Sampled);
        if (SamplingRate == 0 || (inner.Items.Count == 0 && inner.Unprotected == 0))
        {
            return new NoOpEvent { Neighbours = Neighbours };
        }

        if (SamplingRate == 1 || inner.Unprotected > 0)
        {
            return inner.Unprotected > 0 ? new NonPrivateEvent { Neighbours = Neighbours } : Sampled;
        }

        if (GaussianSum.Of(inner) is { } noiseMultiplier)
        {
            return new PoissonSampledGaussianEvent(SamplingRate, noiseMultiplier) { Neighbours = Neighbours };
        }

        return Single() switch
        {
            // Sampling a sample: both draws are independent.
            PoissonSampledGaussianEvent twice when Neighbours != NeighbouringRelation.ReplaceOne => twice with { SamplingRate = Math.Min(1, SamplingRate * twice.SamplingRate * (1 + 2e-16)) },
            MixtureOfGaussiansEvent mixture => new MixtureOfGaussiansEvent(
                mixture.StandardDeviation, [0, .. mixture.Sensitivities], [1 - SamplingRate, .. mixture.Probabilities.Select(p => SamplingRate * p)])
            {
                Neighbours = Neighbours,
            },

            // (ε, δ) on a sample is (log(1 + q(e^ε - 1)), qδ) (Balle, Barthe, Gaboardi 2018, theorem 8).
            EpsilonDeltaEvent { Delta: > 0 } known when Neighbours != NeighbouringRelation.ReplaceOne => new EpsilonDeltaEvent(
                PreciseMath.Log1pExp(Math.Log(SamplingRate) + PreciseMath.LogExpm1(Math.Max(known.Epsilon, 1e-300))) * (1 + 1e-14), SamplingRate * known.Delta * (1 + 2e-16))
            {
                Neighbours = Neighbours,
            },
            DiscreteGaussianEvent { Sensitivity: 0 } => new NoOpEvent { Neighbours = Neighbours },
            _ => this,
        };
    }
}

using FastDPMeta.Privacy.Accounting.Loss;

namespace FastDPMeta.Privacy.Accounting;

/// <summary>One release of a noisy sum over a lot that each unit entered independently with the same probability.</summary>
/// <remarks>
/// Under <see cref="NeighbouringRelation.ReplaceOne"/> the sensitivity is twice the longest contribution C, and the release on two neighbours is
/// (1-q)N(0) + qN(C) against (1-q)N(0) + qN(-C), σ being noise / 2C (Lebeda, Regehr, Kamath, Steinke 2024, "Avoiding pitfalls for privacy accounting of subsampled mechanisms under composition").
/// </remarks>
public sealed record PoissonSampledGaussianEvent : PrivacyEvent
{
    /// <summary>An event with Poisson sampling.</summary>
    /// <param name="samplingRate">q in [0, 1]: the probability with which a unit takes part.</param>
    /// <param name="noiseMultiplier">σ: noise standard deviation / ℓ₂ sensitivity, finite and ≥ 0; 0 means no noise.</param>
    /// <exception cref="ArgumentOutOfRangeException">q is outside [0, 1], σ is negative, or one of them is NaN.</exception>
    public PoissonSampledGaussianEvent(double samplingRate, double noiseMultiplier)
    {
        SamplingRate = samplingRate;
        NoiseMultiplier = noiseMultiplier;
    }

    /// <summary>q: the probability with which a unit takes part.</summary>
    public double SamplingRate { get; init => field = CheckSamplingRate(value); }

    /// <summary>σ: noise standard deviation / ℓ₂ sensitivity.</summary>
    public double NoiseMultiplier { get; init => field = CheckNoiseMultiplier(value); }

    internal override void AddTo(SingleReleases releases, long count)
    {
        if (NoiseMultiplier == 0 && SamplingRate > 0)
        {
            releases.AddUnprotected(count);
            return;
        }

        releases.Add(this, count);
    }

    internal override MomentBound Bound() => Neighbours == NeighbouringRelation.ReplaceOne && SamplingRate is > 0 and < 1
        ? GaussianMixtureMoments.Exchange(SamplingRate, 2 * NoiseMultiplier)
        : new SampledGaussian(SamplingRate, NoiseMultiplier);

    internal override DominatingPairs Dominating() => Neighbours == NeighbouringRelation.ReplaceOne
        ? LossPairs.ReplaceOneSampledGaussian(SamplingRate, 2 * NoiseMultiplier)
        : LossPairs.SampledGaussian(SamplingRate, NoiseMultiplier);

    /// <summary>Each of the group is in the lot independently: how many of them are is binomial, and that many contributions move the sum.</summary>
    private protected override PrivacyEvent Grouped(int size) => Neighbours == NeighbouringRelation.ReplaceOne
        ? base.Grouped(size)
        : MixtureOfGaussiansEvent.Group(size, SamplingRate, NoiseMultiplier) with { Neighbours = Neighbours };
}

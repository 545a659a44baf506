using FastDPMeta.Privacy.Accounting.Loss;

namespace FastDPMeta.Privacy.Accounting;

/// <summary>One release of a sum with Gaussian noise, every unit taking part.</summary>
public sealed record GaussianEvent : PrivacyEvent
{
    /// <summary>An event without sampling.</summary>
    /// <param name="noiseMultiplier">σ: noise standard deviation / ℓ₂ sensitivity, finite and ≥ 0; 0 means no noise, hence ε = ∞.</param>
    /// <exception cref="ArgumentOutOfRangeException">σ is negative, infinite or NaN.</exception>
    public GaussianEvent(double noiseMultiplier) => NoiseMultiplier = noiseMultiplier;

    /// <summary>σ: noise standard deviation / ℓ₂ sensitivity.</summary>
    public double NoiseMultiplier { get; init => field = CheckNoiseMultiplier(value); }

    internal override void AddTo(SingleReleases releases, long count)
    {
        if (NoiseMultiplier == 0)
        {
            releases.AddUnprotected(count);
            return;
        }

        releases.Add(this, count);
    }

    internal override MomentBound Bound() => new SampledGaussian(1, NoiseMultiplier);

    internal override DominatingPairs Dominating() => LossPairs.Gaussian(NoiseMultiplier);

    private protected override PrivacyEvent Grouped(int size) => this with { NoiseMultiplier = NoiseMultiplier / size };
}

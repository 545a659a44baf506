namespace FastDPMeta.Privacy.Accounting;

/// <summary>One release of a noisy sum over a lot that each unit entered independently with the same probability.</summary>
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
}

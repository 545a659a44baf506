namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Banded matrix factorisation amplified by sampling: n steps with b bands, the units split into b groups beforehand, and step t taking a Poisson sample of group t mod b. No unit takes part twice within b steps, so columns of C do not
/// meet, and the whole costs what ⌈n/b⌉ Poisson-sampled Gaussian releases cost (Choquette-Choo et al. 2023, "(Amplified) banded matrix factorization", theorem 4).
/// </summary>
public sealed record BandedMatrixEvent : PrivacyEvent
{
    /// <summary>An event.</summary>
    /// <param name="noiseMultiplier">σ: noise standard deviation / (sensitivity of a step · largest norm of a column of C), finite and ≥ 0.</param>
    /// <param name="bands">b ≥ 1.</param>
    /// <param name="steps">n ≥ 0.</param>
    /// <param name="samplingRate">q in [0, 1], within a group.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range or NaN.</exception>
    public BandedMatrixEvent(double noiseMultiplier, int bands, long steps, double samplingRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bands, 1);
        NoiseMultiplier = CheckNoiseMultiplier(noiseMultiplier);
        Bands = bands;
        Steps = CheckCount(steps);
        SamplingRate = CheckSamplingRate(samplingRate);
    }

    /// <summary>σ.</summary>
    public double NoiseMultiplier { get; }

    /// <summary>b.</summary>
    public int Bands { get; }

    /// <summary>n.</summary>
    public long Steps { get; }

    /// <summary>q within a group.</summary>
    public double SamplingRate { get; }

    internal override void AddTo(SingleReleases releases, long count) => Round.AddTo(releases, SingleReleases.Product((Steps / Bands) + (Steps % Bands == 0 ? 0 : 1), count));

    private PoissonSampledGaussianEvent Round => new(SamplingRate, NoiseMultiplier) { Neighbours = Neighbours };
}

namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// One release of a sum of whole numbers with discrete Gaussian noise, P(x) ∝ e^(-x²/2s²) on the whole numbers, in every coordinate, over a lot that each unit entered
/// independently with the same probability. Rate 1 is a release without sampling.
/// </summary>
/// <remarks>
/// <para>Adding or removing one unit only: its contribution is then a vector of whole numbers, on which the account rests (docs/decisions/secure-noise.md). At whole orders the moments are
/// exactly those of the sampled continuous Gaussian of the same s/Δ; between them the chord bounds them.</para>
/// <para>Unlike <see cref="PoissonSampledEvent"/> of a <see cref="DiscreteGaussianEvent"/>, which is about a single number, this holds for vectors, whose loss takes other values than a
/// number's with a shift of the same length: so it has no dominating pair on the lattice, only moments.</para>
/// </remarks>
public sealed record PoissonSampledDiscreteGaussianEvent : PrivacyEvent
{
    /// <summary>An event with Poisson sampling.</summary>
    /// <param name="samplingRate">q in [0, 1]: the probability with which a unit takes part.</param>
    /// <param name="standardDeviation">s: the parameter of the noise, finite and ≥ 0; 0 means no noise.</param>
    /// <param name="sensitivity">Δ: the ℓ₂ norm that one unit's whole numbers have at most, finite and above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public PoissonSampledDiscreteGaussianEvent(double samplingRate, double standardDeviation, double sensitivity)
    {
        SamplingRate = CheckSamplingRate(samplingRate);
        StandardDeviation = CheckNoiseMultiplier(standardDeviation);
        Sensitivity = CheckPositive(sensitivity, nameof(sensitivity));
    }

    /// <summary>q: the probability with which a unit takes part.</summary>
    public double SamplingRate { get; }

    /// <summary>s: the parameter of the noise; its standard deviation is not above.</summary>
    public double StandardDeviation { get; }

    /// <summary>Δ: the ℓ₂ norm that one unit's whole numbers have at most.</summary>
    public double Sensitivity { get; }

    /// <summary>s/Δ, rounded down.</summary>
    public double NoiseMultiplier => StandardDeviation > 0 ? Math.BitDecrement(StandardDeviation / Sensitivity) : 0;

    /// <summary>Adding or removing one; no other relation is accounted for.</summary>
    public override NeighbouringRelation Neighbours => NeighbouringRelation.AddOrRemoveOne;

    internal override void AddTo(SingleReleases releases, long count)
    {
        if (StandardDeviation == 0 && SamplingRate > 0)
        {
            releases.AddUnprotected(count);
            return;
        }

        releases.Add(this, count);
    }

    internal override MomentBound Bound() => SamplingRate is > 0 and < 1 ? new SampledLatticeMoments(SamplingRate, NoiseMultiplier)
        : SamplingRate == 0 ? new SampledGaussian(0, NoiseMultiplier)
        : new ConcentratedMoments(1 / (2 * NoiseMultiplier * NoiseMultiplier) * (1 + 1e-15));
}

namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// One release of a sum of whole numbers with discrete Gaussian noise, P(x) ∝ e^(-x²/2s²) on the whole numbers, in every coordinate, over a lot that each unit entered
/// independently with the same probability. Rate 1 is a release without sampling.
/// </summary>
/// <remarks>
/// Adding or removing one unit only: its contribution is then a vector of whole numbers, on which the account rests (docs/decisions/secure-noise.md).
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
        Sensitivity = sensitivity > 0 && double.IsFinite(sensitivity)
            ? sensitivity
            : throw new ArgumentOutOfRangeException(nameof(sensitivity), sensitivity, "The sensitivity must be finite and above 0. Give the most that one unit moves the sum.");
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
}

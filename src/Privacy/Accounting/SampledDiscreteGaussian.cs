namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Moments of a Poisson-sampled release of whole numbers with discrete Gaussian noise, under adding or removing one unit: at whole orders exactly those of the
/// continuous Gaussian of the same σ/Δ, between them at most the chord, since log A is convex in α.
/// </summary>
/// <remarks>
/// <para>A(α) = E[(1 - q + q·r)^α] with r = e^((2⟨x,μ⟩ - ‖μ‖²)/2s²), x from the noise's law and μ the unit's whole numbers. Multiplied out for a whole α, the term of q^k holds
/// E[e^(k⟨x,μ⟩/s²)] = e^(k²‖μ‖²/2s²)·Σ e^(-‖x-kμ‖²/2s²)/Σ e^(-‖x‖²/2s²), and the quotient of the sums over the lattice is 1 because kμ is in it. That leaves the binomial sum of
/// Mironov, Talwar and Zhang 2019, section 3.3, without any approximation. It rises with ‖μ‖.</para>
/// <para>Removing is the worse direction here too: x → μ - x maps the lattice to itself and exchanges the two laws, and pairing x with its image, the moment of removing exceeds that of
/// adding pair by pair (the proof stands in docs/decisions/secure-noise.md).</para>
/// Not thread-safe: whole orders are kept.
/// </remarks>
internal sealed class SampledDiscreteGaussian(double samplingRate, double noiseMultiplier) : MomentBound
{
    private const int Kept = 512;

    private readonly SampledGaussian _gaussian = new(samplingRate, noiseMultiplier);
    private readonly double[] _whole = new double[Kept + 1];

    /// <inheritdoc/>
    public override bool Depends => _gaussian.Depends;

    /// <inheritdoc/>
    public override double LogMoment(double order)
    {
        double below = Math.Floor(order);
        double fraction = order - below;
        if (fraction == 0)
        {
            return Whole(order);
        }

        double low = below <= 1 ? 0 : Whole(below);
        return low + (fraction * (Whole(below + 1) - low) * (1 + SampledGaussian.RoundingSlack));
    }

    private double Whole(double order)
    {
        if (order > Kept)
        {
            return _gaussian.LogMoment(order);
        }

        ref double kept = ref _whole[(int)order];
        return kept > 0 ? kept : kept = _gaussian.LogMoment(order);
    }
}

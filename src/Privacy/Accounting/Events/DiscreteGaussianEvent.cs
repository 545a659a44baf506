namespace FastDPMeta.Privacy.Accounting;

/// <summary>One release of a whole number with discrete Gaussian noise, P(x) ∝ e^{-x²/2σ²} on the integers (Canonne, Kamath, Steinke 2020, "The discrete Gaussian for differential privacy").</summary>
/// <remarks>Its Rényi divergence is at most αΔ²/2σ², as for the continuous Gaussian (theorem 4 there), in any number of dimensions when Δ is the ℓ₂ sensitivity.</remarks>
public sealed record DiscreteGaussianEvent : PrivacyEvent
{
    /// <summary>An event without sampling.</summary>
    /// <param name="sigma">σ of the noise in units of the lattice, finite and above 0. It is nearly the standard deviation.</param>
    /// <param name="sensitivity">Δ: how far a unit moves the number, ≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public DiscreteGaussianEvent(double sigma, int sensitivity = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sensitivity);
        Sigma = CheckPositive(sigma, nameof(sigma));
        Sensitivity = sensitivity;
    }

    /// <summary>σ in units of the lattice.</summary>
    public double Sigma { get; }

    /// <summary>Δ: how far a unit moves the number.</summary>
    public int Sensitivity { get; }

    internal override MomentBound Bound() => new ConcentratedMoments((double)Sensitivity * Sensitivity / (2 * Sigma * Sigma));

    private protected override PrivacyEvent Grouped(int size) => new DiscreteGaussianEvent(Sigma, checked(Sensitivity * size)) { Neighbours = Neighbours };
}

namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// One release of a sum of vectors of whole numbers to which every one of n clients added discrete Gaussian noise. The sum of such noise is not quite a discrete Gaussian; what it lacks is accounted for
/// (Kairouz, Liu, Steinke 2021, "The distributed discrete Gaussian mechanism for federated learning with secure aggregation", proposition 14).
/// </summary>
public sealed record DistributedDiscreteGaussianEvent : PrivacyEvent
{
    /// <summary>An event without sampling; all numbers in units of the lattice.</summary>
    /// <param name="clients">n ≥ 1: how many clients add noise for certain.</param>
    /// <param name="sigma">σ of each client's noise, finite and above 0.</param>
    /// <param name="dimension">d ≥ 1.</param>
    /// <param name="l1Sensitivity">Δ₁ of a unit, finite and ≥ 0.</param>
    /// <param name="l2Sensitivity">Δ₂ of a unit, finite and ≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public DistributedDiscreteGaussianEvent(int clients, double sigma, int dimension, double l1Sensitivity, double l2Sensitivity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clients, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        Clients = clients;
        Sigma = CheckPositive(sigma, nameof(sigma));
        Dimension = dimension;
        L1Sensitivity = CheckNotNegative(l1Sensitivity, nameof(l1Sensitivity));
        L2Sensitivity = CheckNotNegative(l2Sensitivity, nameof(l2Sensitivity));
    }

    /// <summary>n.</summary>
    public int Clients { get; }

    /// <summary>σ of each client's noise.</summary>
    public double Sigma { get; }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>Δ₁.</summary>
    public double L1Sensitivity { get; }

    /// <summary>Δ₂.</summary>
    public double L2Sensitivity { get; }

    /// <summary>The event of real vectors that were scaled, rotated and rounded to whole numbers before the sum.</summary>
    /// <param name="clients">n ≥ 1.</param>
    /// <param name="localDeviation">σ of each client's noise, in the units of the vectors.</param>
    /// <param name="rounding">The lattice and what rounding does to norms.</param>
    public static DistributedDiscreteGaussianEvent Rounded(int clients, double localDeviation, LatticeRounding rounding)
    {
        ArgumentNullException.ThrowIfNull(rounding);
        return new DistributedDiscreteGaussianEvent(clients, localDeviation / rounding.Step, rounding.Dimension, rounding.L1Norm, rounding.L2Norm);
    }

    internal override MomentBound Bound() => new DistributedGaussianMoments(this);

    private protected override PrivacyEvent Grouped(int size) =>
        new DistributedDiscreteGaussianEvent(Clients, Sigma, Dimension, size * L1Sensitivity, size * L2Sensitivity) { Neighbours = Neighbours };
}

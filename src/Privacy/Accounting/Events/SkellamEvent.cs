namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// One release of a vector of whole numbers with Skellam noise, the difference of two Poisson variables. Sums of Skellam noise are Skellam noise: clients that stay away cost variance only
/// (Agarwal, Kairouz, Liu 2021, "The Skellam mechanism for differentially private federated learning").
/// </summary>
public sealed record SkellamEvent : PrivacyEvent
{
    /// <summary>An event without sampling; all numbers in units of the lattice.</summary>
    /// <param name="variance">μ of the noise on the sum, in each coordinate; finite and above 0.</param>
    /// <param name="l1Sensitivity">Δ₁ of a unit, finite and ≥ Δ₂ (or both 0).</param>
    /// <param name="l2Sensitivity">Δ₂ of a unit, finite and ≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public SkellamEvent(double variance, double l1Sensitivity, double l2Sensitivity)
    {
        Variance = CheckPositive(variance, nameof(variance));
        L2Sensitivity = CheckNotNegative(l2Sensitivity, nameof(l2Sensitivity));
        L1Sensitivity = CheckNotNegative(l1Sensitivity, nameof(l1Sensitivity));
        ArgumentOutOfRangeException.ThrowIfLessThan(l1Sensitivity, l2Sensitivity);
    }

    /// <summary>μ of the noise on the sum, in each coordinate.</summary>
    public double Variance { get; }

    /// <summary>Δ₁.</summary>
    public double L1Sensitivity { get; }

    /// <summary>Δ₂.</summary>
    public double L2Sensitivity { get; }

    /// <summary>The event of real vectors that were scaled, rotated and rounded to whole numbers before the sum, Δ₁ being at most min(√d·Δ₂, Δ₂²) for whole numbers.</summary>
    /// <param name="centralDeviation">Standard deviation of the noise on the sum, in the units of the vectors.</param>
    /// <param name="rounding">The lattice and what rounding does to norms.</param>
    public static SkellamEvent Rounded(double centralDeviation, LatticeRounding rounding)
    {
        ArgumentNullException.ThrowIfNull(rounding);
        double deviation = CheckPositive(centralDeviation, nameof(centralDeviation)) / rounding.Step;
        return new SkellamEvent(deviation * deviation, rounding.L1Norm, rounding.L2Norm);
    }

    internal override MomentBound Bound() => new SkellamMoments(Variance, L1Sensitivity, L2Sensitivity);

    private protected override PrivacyEvent Grouped(int size) => new SkellamEvent(Variance, size * L1Sensitivity, size * L2Sensitivity) { Neighbours = Neighbours };
}

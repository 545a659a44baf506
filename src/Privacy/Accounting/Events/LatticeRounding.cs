namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// What rounding real vectors to a lattice does to their norms: each coordinate is rounded at random without bias, and drawn again until the norm is no longer than <see cref="L2Norm"/>, which
/// succeeds with probability 1 - β at least (Kairouz, Liu, Steinke 2021, "The distributed discrete Gaussian mechanism for federated learning with secure aggregation", proposition 22).
/// </summary>
public sealed record LatticeRounding
{
    /// <summary>A rounding.</summary>
    /// <param name="step">γ: the distance of lattice points in the units of the vectors, finite and above 0.</param>
    /// <param name="norm">The ℓ₂ norm that vectors are clipped to, finite and ≥ 0.</param>
    /// <param name="dimension">d ≥ 1.</param>
    /// <param name="bias">β in [0, 1): how likely it is that rounding must be repeated; 0 rounds once, whatever the norm becomes.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public LatticeRounding(double step, double norm, int dimension, double bias)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (!(step > 0) || !double.IsFinite(step) || !(norm >= 0) || !double.IsFinite(norm) || !(bias is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(step), step, $"The step must be finite and above 0, the norm finite and at least 0 (got {norm}), β in [0, 1) (got {bias}).");
        }

        (Step, Norm, Dimension, Bias) = (step, norm, dimension, bias);
        double scaled = norm / step;
        double root = Math.Sqrt(dimension);
        double once = (scaled + root) * (scaled + root);
        double often = bias == 0 ? once : (scaled * scaled) + (dimension / 4.0) + (Math.Sqrt(2 * Math.Log(1 / bias)) * (scaled + (root / 2)));
        L2Norm = Math.Sqrt(Math.Min(once, often)) * (1 + 1e-15);
    }

    /// <summary>γ.</summary>
    public double Step { get; }

    /// <summary>The ℓ₂ norm before rounding.</summary>
    public double Norm { get; }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>β.</summary>
    public double Bias { get; }

    /// <summary>The largest ℓ₂ norm after rounding, in units of the lattice.</summary>
    public double L2Norm { get; }

    /// <summary>The largest ℓ₁ norm after rounding, in units of the lattice: whole numbers are at most their squares.</summary>
    public double L1Norm => Math.Max(L2Norm, Math.Min(Math.Sqrt(Dimension) * L2Norm, L2Norm * L2Norm));
}

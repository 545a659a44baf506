namespace FastDPMeta.Privacy.Accounting;

/// <summary>Any mechanism of which nothing is known but zero-concentrated privacy: D_α ≤ ξ + ρα at all orders (Bun and Steinke 2016, definition 8.1).</summary>
public sealed record ConcentratedEvent : PrivacyEvent
{
    /// <summary>An event.</summary>
    /// <param name="rho">ρ, finite and ≥ 0. A Gaussian of multiplier σ has 1/2σ².</param>
    /// <param name="xi">ξ, finite and ≥ 0; 0 for ρ-zCDP.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public ConcentratedEvent(double rho, double xi = 0)
    {
        Rho = CheckNotNegative(rho, nameof(rho));
        Xi = CheckNotNegative(xi, nameof(xi));
    }

    /// <summary>ρ.</summary>
    public double Rho { get; }

    /// <summary>ξ.</summary>
    public double Xi { get; }

    internal override MomentBound Bound() => new ConcentratedMoments(Rho, Xi);

    /// <summary>k²ρ for ρ-zCDP (Bun and Steinke 2016, proposition 1.9).</summary>
    private protected override PrivacyEvent Grouped(int size) => Xi > 0 ? base.Grouped(size) : new ConcentratedEvent((double)size * size * Rho) { Neighbours = Neighbours };
}

namespace FastDPMeta.Privacy.Accounting;

/// <summary>Moments under concentrated differential privacy: D_α ≤ ξ + ρα (Bun and Steinke 2016, definition 8.1).</summary>
/// <param name="rho">ρ ≥ 0.</param>
/// <param name="xi">ξ ≥ 0.</param>
internal sealed class ConcentratedMoments(double rho, double xi = 0) : MomentBound
{
    /// <inheritdoc/>
    public override bool Depends => rho > 0 || xi > 0;

    /// <inheritdoc/>
    public override double LogMoment(double order) => (order - 1) * (xi + (rho * order)) * (1 + 1e-15);
}

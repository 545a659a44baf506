namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Moments of a sum of n discrete Gaussians on d coordinates: with τ = 10·Σ_{k&lt;n} e^{-2π²σ²k/(k+1)} and Δ₂, Δ₁ over √n·σ,
/// <c>D_α ≤ min(α/2·Δ₂² + τd, α/2·(Δ₂² + 2Δ₁τ + τ²d), α/2·(Δ₂ + √d·τ)²)</c> (Kairouz, Liu, Steinke 2021, proposition 14).
/// </summary>
internal sealed class DistributedGaussianMoments : MomentBound
{
    private readonly double _square;
    private readonly double _lack;
    private readonly double _slope;

    /// <summary>Of an event.</summary>
    public DistributedGaussianMoments(DistributedDiscreteGaussianEvent release)
    {
        double tau = 0;
        for (int k = 1; k < release.Clients; k++)
        {
            double term = Math.Exp(-2 * Math.PI * Math.PI * release.Sigma * release.Sigma * k / (k + 1.0));
            tau += term;
            if (k >= 1000)
            {
                // Terms fall with k: the last one bounds the rest.
                tau += term * (release.Clients - 1 - k);
                break;
            }
        }

        tau *= 10;
        double scale = Math.Sqrt(release.Clients) * release.Sigma;
        (double l1, double l2, double d) = (release.L1Sensitivity / scale, release.L2Sensitivity / scale, release.Dimension);
        _square = l2 * l2;
        _lack = tau * d;
        double root = l2 + (Math.Sqrt(d) * tau);
        _slope = Math.Min(_square + (2 * l1 * tau) + (tau * tau * d), root * root);
    }

    /// <inheritdoc/>
    public override bool Depends => _square > 0;

    /// <inheritdoc/>
    public override double LogMoment(double order) => (order - 1) * Math.Min((order / 2 * _square) + _lack, order / 2 * _slope) * (1 + 1e-14);
}

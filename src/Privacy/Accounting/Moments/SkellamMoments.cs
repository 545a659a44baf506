namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Moments of Skellam noise of variance μ on integer vectors: at whole orders
/// <c>D_α ≤ αΔ₂²/2μ + min(((2α-1)Δ₂² + 6Δ₁)/4μ², 3Δ₁/2μ)</c> (Agarwal, Kairouz, Liu 2021, "The Skellam mechanism for differentially private federated learning", theorem 3.5, in lattice units).
/// </summary>
/// <param name="variance">μ above 0.</param>
/// <param name="l1">Δ₁.</param>
/// <param name="l2">Δ₂.</param>
internal sealed class SkellamMoments(double variance, double l1, double l2) : WholeOrderMoments
{
    /// <inheritdoc/>
    public override bool Depends => l2 > 0;

    /// <inheritdoc/>
    protected override double AtWhole(int order) => Formula(order);

    /// <summary>Beyond the kept orders: the formula at the next whole order bounds the divergence, which rises with the order.</summary>
    protected override double Beyond(double order) => (order - 1) / (Math.Ceiling(order) - 1) * Formula(Math.Ceiling(order));

    private double Formula(double order)
    {
        double square = l2 * l2;
        double correction = Math.Min(
            ((((2 * order) - 1) * square) + (6 * l1)) / (4 * variance * variance),
            3 * l1 / (2 * variance));
        return (order - 1) * ((order * square / (2 * variance)) + correction) * (1 + 1e-15);
    }
}

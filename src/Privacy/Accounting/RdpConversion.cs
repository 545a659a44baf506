namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// From a Rényi divergence to (ε, δ), tightly: Canonne, Kamath, Steinke 2020, "The Discrete Gaussian for Differential Privacy",
/// proposition 12 (Balle et al. 2020, "Hypothesis testing interpretations and Rényi differential privacy", theorem 21). Every order
/// gives a valid bound; the least over orders is the answer. All results are rounded up.
/// </summary>
internal static class RdpConversion
{
    /// <summary>Relative allowance for the rounding of four double-precision terms.</summary>
    private const double Ulps = 8 * 2.220446049250313e-16;

    /// <summary>ε = r + log(1 - 1/α) - (log δ + log α)/(α - 1), not below 0.</summary>
    /// <param name="order">α > 1.</param>
    /// <param name="divergence">r: Rényi divergence of order α, ≥ 0.</param>
    /// <param name="delta">δ in (0, 1).</param>
    /// <returns>ε ≥ 0, rounded up. 0 is proved: a guarantee with negative ε implies the one with ε = 0.</returns>
    public static double Epsilon(double order, double divergence, double delta)
    {
        double excess = order - 1;
        double gain = PreciseMath.Log1p(-1 / order);
        double price = (Math.Log(delta) + Math.Log(order)) / excess;
        double epsilon = divergence + gain - price;
        double rounding = Ulps * (divergence + Math.Abs(gain) + ((Math.Abs(Math.Log(delta)) + Math.Log(order)) / excess));
        return double.IsNaN(epsilon) ? throw NotANumber() : Math.Max(0, epsilon + rounding);
    }

    /// <summary>log δ = (α - 1)(r - ε) + α·log(1 - 1/α) - log(α - 1).</summary>
    /// <param name="order">α > 1.</param>
    /// <param name="divergence">r: Rényi divergence of order α, ≥ 0.</param>
    /// <param name="epsilon">ε ≥ 0.</param>
    /// <returns>The logarithm of a valid δ, rounded up; above 0 where this order proves nothing.</returns>
    public static double LogDelta(double order, double divergence, double epsilon)
    {
        double excess = order - 1;
        double gain = order * PreciseMath.Log1p(-1 / order);
        double logDelta = (excess * (divergence - epsilon)) + gain - Math.Log(excess);
        double rounding = Ulps * ((excess * (divergence + epsilon)) + Math.Abs(gain) + Math.Abs(Math.Log(excess)));
        return double.IsNaN(logDelta) ? throw NotANumber() : logDelta + rounding;
    }

    /// <summary>
    /// The total variation allowed by a divergence: √(1 - e^{-KL}) (Bretagnolle and Huber 1979), and KL is at most the Rényi divergence
    /// of any order above 1. A δ at or above it has ε = 0.
    /// </summary>
    /// <param name="divergence">Rényi divergence of any order above 1; the smallest order serves best.</param>
    public static double LargestUsefulDelta(double divergence) => Math.Min(1, Math.Sqrt(-PreciseMath.Expm1(-divergence)) * (1 + Ulps));

    private static InvalidOperationException NotANumber() =>
        new("The accountant met a number that is not a number; nothing was changed. Please report the event that caused it.");
}

namespace FastDPMeta.Kernels.Scalar;

/// <summary>Functions of one double that the platform lacks: for oracles and the double-precision interpreter, not for speed.</summary>
internal static class DoubleMath
{
    // Up to it the series, from it on the continued fraction; both are good to a few units in the last place there.
    private const double SeriesMaximum = 3;

    // 40 levels leave less than 1e-17 of erf at x = 3, fewer would do further out.
    private const int Levels = 40;

    /// <summary>
    /// The error function, 2/√π·∫₀ˣ e⁻ᵗ²dt. Near zero its series with positive terms, 2/√π·e⁻ˣ²·Σ 2ⁿx²ⁿ⁺¹/(2n + 1)!! (Abramowitz and
    /// Stegun 1964, 7.1.6); beyond, 1 - erfc with the continued fraction 7.1.14. Error at most 1e-15; ±∞ gives ±1, NaN NaN.
    /// </summary>
    /// <param name="x">Any number.</param>
    public static double Erf(double x)
    {
        double magnitude = Math.Abs(x);
        if (!(magnitude > SeriesMaximum))
        {
            return Series(x);
        }

        double fraction = magnitude;
        for (int level = Levels; level > 0; level--)
        {
            fraction = magnitude + (level / 2.0 / fraction);
        }

        double rest = Math.Exp(-magnitude * magnitude) / (Math.Sqrt(Math.PI) * fraction);
        return Math.CopySign(double.IsPositiveInfinity(magnitude) ? 1 : 1 - rest, x);
    }

    private static double Series(double x)
    {
        double term = x;
        double sum = x;
        for (int n = 1; Math.Abs(term) > Math.Abs(sum) * 1e-18; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}

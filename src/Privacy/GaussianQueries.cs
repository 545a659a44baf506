namespace FastDPMeta.Privacy;

/// <summary>
/// Several sums with Gaussian noise over the same lot are one sum of longer vectors: divided by their noises they have noise 1, and one unit moves them by
/// (Σ z⁻²)^{½} at most. So they cost what one sum of multiplier (Σ z⁻²)^{-½} costs, whatever the sampling (Andrew et al. 2021, "Differentially Private Learning with Adaptive
/// Clipping", theorem 1).
/// </summary>
internal static class GaussianQueries
{
    private const double Rounding = 8 * 2.220446049250313e-16;

    /// <summary>The multiplier of both sums together, rounded down; the first alone where there is no second.</summary>
    /// <param name="first">z₁ ≥ 0.</param>
    /// <param name="second">z₂ > 0, or null.</param>
    public static double Together(double first, double? second) =>
        second is { } z && first > 0 ? 1 / Math.Sqrt((1 / (first * first)) + (1 / (z * z))) * (1 - Rounding) : first;

    /// <summary>The multiplier that the first sum needs for both together to have a given one, rounded up: (z⁻² - z₂⁻²)^{-½}.</summary>
    /// <param name="together">z > 0.</param>
    /// <param name="second">z₂ > 0, or null.</param>
    /// <returns>∞ where the second sum alone costs as much or more: z₂ ≤ z.</returns>
    public static double First(double together, double? second)
    {
        if (second is not { } z)
        {
            return together;
        }

        if (z <= together)
        {
            return double.PositiveInfinity;
        }

        // z⁻² - z₂⁻² = (z₂-z)(z₂+z)/(z·z₂)²: nothing cancels but z₂ - z itself. Then up until the two agree.
        double first = together * z / Math.Sqrt((z - together) * (z + together));
        for (double step = Rounding; double.IsFinite(first) && Together(first, second) < together; step *= 2)
        {
            first *= 1 + step;
        }

        return first;
    }
}

namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// h(y) = (1+y)^α - 1 - αy for a likelihood ratio 1 + y: what remains of a moment when the parts that cancel, E[1] = 1 and E[y] = 0, are left out. Never negative for α > 1 and for α &lt; 0.
/// </summary>
internal static class MomentExcess
{
    /// <summary>h(y) = f·(e^{(α-1)log f} - 1) - (α-1)y, by its power series where that difference would cancel.</summary>
    /// <param name="y">≥ -1.</param>
    /// <param name="logF">log f = log(1 + y).</param>
    /// <param name="excess">α - 1: above 0, or below -1.</param>
    public static double Of(double y, double logF, double excess)
    {
        if (Math.Abs(y) * (Math.Abs(excess) + 1) >= 0.1)
        {
            return ((1 + y) * PreciseMath.Expm1(excess * logF)) - (excess * y);
        }

        // Σ_{k≥2} C(α,k)·y^k; the ratio of successive terms is at most max(|y|, (|α-1|+1)|y|/2) < 0.1.
        double order = excess + 1;
        double term = order * excess / 2 * y * y;
        double sum = term;
        for (int k = 2; Math.Abs(term) > 1e-17 * sum; k++)
        {
            term *= (order - k) / (k + 1) * y;
            sum += term;
        }

        return sum;
    }

    /// <summary>log h(y); for large f from h = f·(e^{(α-1)log f} - 1 - (α-1)(1 - 1/f)), which cannot overflow.</summary>
    /// <inheritdoc cref="Of" path="/param"/>
    public static double LogOf(double y, double logF, double excess)
    {
        if (logF < 1)
        {
            double value = excess * logF < 600 ? Of(y, logF, excess) : double.PositiveInfinity;
            if (double.IsFinite(value))
            {
                return Math.Log(value);
            }
        }

        double power = excess * logF;
        return power > 40 ? logF + power : logF + Math.Log(PreciseMath.Expm1(power) + (excess * PreciseMath.Expm1(-logF)));
    }
}

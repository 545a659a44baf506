namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Moments of Laplace noise: A = α/(2α-1)·e^{(α-1)/b} + (α-1)/(2α-1)·e^{-α/b} (Mironov 2017, "Rényi Differential Privacy", proposition 6), as A - 1 where it is small: with e - 1
/// in place of both exponentials, as their weights add up to 1.
/// </summary>
/// <param name="noiseMultiplier">b: scale / ℓ₁ sensitivity, above 0.</param>
internal sealed class LaplaceMoments(double noiseMultiplier) : MomentBound
{
    private const double Rounding = 8 * 2.220446049250313e-16;

    /// <inheritdoc/>
    public override bool Depends => true;

    /// <inheritdoc/>
    public override double LogMoment(double order)
    {
        double up = (order - 1) / noiseMultiplier;
        double down = -order / noiseMultiplier;
        double weight = order / ((2 * order) - 1);
        double rest = (order - 1) / ((2 * order) - 1);
        if (up > 1)
        {
            return (up + Math.Log(weight) + PreciseMath.Log1p(rest / weight * Math.Exp(down - up))) * (1 + Rounding) + Rounding;
        }

        double first = weight * PreciseMath.Expm1(up);
        double second = rest * PreciseMath.Expm1(down);
        return PreciseMath.Log1p(Math.Max(0, first + second) + (Rounding * (first - second)));
    }
}

namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Moments of the exponential mechanism. Its losses lie in an interval of length ε, wherever that is (Dong, Durfee, Rogers 2020, "Optimal differential privacy composition for
/// exponential mechanisms"), so the worst are two losses t and t - ε:
/// A·(1-e^{-ε}) = e^{(α-1)t}(1-e^{-αε}) - e^{αt}(e^{-ε}-e^{-αε}), largest at <c>e^t = (α-1)(1-e^{-αε}) / (α(e^{-ε}-e^{-αε}))</c>, where
/// <c>log A = (α-1)t + log((1-e^{-αε}) / (α(1-e^{-ε})))</c>. It is near α(α-1)ε²/8, a quarter of what ε-differential privacy alone gives.
/// </summary>
/// <param name="epsilon">ε > 0.</param>
internal sealed class ExponentialMoments(double epsilon) : MomentBound
{
    private const double Rounding = 16 * 2.220446049250313e-16;

    /// <inheritdoc/>
    public override bool Depends => true;

    /// <inheritdoc/>
    public override double LogMoment(double order)
    {
        double all = Math.Log(-PreciseMath.Expm1(-order * epsilon));
        double t = PreciseMath.Log1p(-1 / order) + all + epsilon - Math.Log(-PreciseMath.Expm1((1 - order) * epsilon));
        double shift = (order - 1) * t;
        double scale = all - Math.Log(order) - Math.Log(-PreciseMath.Expm1(-epsilon));
        double rounding = Rounding * (((order - 1) * (Math.Abs(all) + epsilon + Math.Abs(t) + 1)) + Math.Abs(scale) + Math.Log(order) + 1);

        // Never more than ε, nor than the ε²/8-zCDP of Cesar and Rogers 2021, theorem 1.
        double most = Math.Min((order - 1) * epsilon, order * (order - 1) * epsilon * epsilon / 8);
        return Math.Min(Math.Max(0, shift + scale) + rounding, most * (1 + 1e-15));
    }
}

namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Moments of any mechanism on a Poisson lot, from nothing but its own moments (Zhu and Wang 2019, "Poisson subsampled Rényi differential privacy", theorem 5):
/// <c>A ≤ (1-q)^{α-1}(αq-q+1) + C(α,2)q²(1-q)^{α-2}e^{ε₂} + 3Σ_{l≥3} C(α,l)(1-q)^{α-l}q^l·e^{(l-1)ε_l}</c>. The factor 3 falls away for mechanisms of which more is known:
/// those have bounds of their own. Never more than without sampling: moments are jointly convex.
/// </summary>
/// <param name="rate">q in (0, 1).</param>
/// <param name="inner">The mechanism without sampling.</param>
internal sealed class SampledMoments(double rate, MomentBound inner) : WholeOrderMoments
{
    private const double Rounding = 1e-12;

    private readonly MixedMoments _mixed = new(rate, inner);

    /// <inheritdoc/>
    public override bool Depends => inner.Depends;

    /// <inheritdoc/>
    protected override double Beyond(double order) => _mixed.LogMoment(order);

    /// <inheritdoc/>
    protected override double AtWhole(int order)
    {
        double logRate = Math.Log(rate);
        double logRest = PreciseMath.Log1p(-rate);

        // (1-q)^{α-1}(αq-q+1) is all that remains of Σ C(α,l)(1-q)^{α-l}q^l once l ≥ 2 is taken out: A - 1 = Σ_{l≥2} C(α,l)(1-q)^{α-l}q^l·(c_l·e^{(l-1)ε_l} - 1).
        ScaledSum excess = new();
        double logBinomial = Math.Log(order);
        for (int l = 2; l <= order; l++)
        {
            logBinomial += Math.Log((order - l + 1.0) / l);
            double moment = inner.LogMoment(l) + (l == 2 ? 0 : Math.Log(3));
            if (moment > 0)
            {
                excess.Add(logBinomial + ((order - l) * logRest) + (l * logRate) + PreciseMath.LogExpm1(moment));
            }
        }

        return PreciseMath.Log1pExp(excess.Log + Rounding);
    }
}

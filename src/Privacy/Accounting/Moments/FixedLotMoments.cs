namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Moments of any mechanism on a uniform subset of fixed size, from nothing but its own moments (Wang, Balle, Kasiviswanathan 2019, "Subsampled Rényi differential privacy and analytical
/// moments accountant", theorem 9): <c>A ≤ 1 + γ²C(α,2)·min(4(e^{ε₂}-1), 2e^{ε₂}) + 2Σ_{j≥3} γ^j·C(α,j)·e^{(j-1)ε_j}</c>.
/// </summary>
/// <param name="rate">γ = lot / population in (0, 1).</param>
/// <param name="inner">The mechanism without sampling, under exchanging one unit.</param>
internal sealed class FixedLotMoments(double rate, MomentBound inner) : WholeOrderMoments
{
    private const double Rounding = 1e-12;

    /// <inheritdoc/>
    public override bool Depends => inner.Depends;

    /// <inheritdoc/>
    protected override double Beyond(double order) => inner.LogMoment(order);

    /// <inheritdoc/>
    protected override double AtWhole(int order)
    {
        double logRate = Math.Log(rate);
        ScaledSum excess = new();
        double logBinomial = Math.Log(order);
        for (int j = 2; j <= order; j++)
        {
            logBinomial += Math.Log((order - j + 1.0) / j);
            double moment = inner.LogMoment(j);
            double factor = Math.Log(2) + moment;
            excess.Add(logBinomial + (j * logRate) + (j == 2 && moment > 0 ? Math.Min(factor, Math.Log(4) + PreciseMath.LogExpm1(moment)) : factor));
        }

        return PreciseMath.Log1pExp(excess.Log + Rounding);
    }
}

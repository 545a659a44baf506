namespace FastDPMeta.Privacy.Accounting;

/// <summary>Moments of a release that takes place with probability q only, from joint convexity alone: A ≤ 1 + q(A' - 1). Loose for sampling, but never more than without it.</summary>
/// <param name="rate">q in (0, 1).</param>
/// <param name="inner">The release.</param>
internal sealed class MixedMoments(double rate, MomentBound inner) : MomentBound
{
    private const double Rounding = 1e-12;

    /// <inheritdoc/>
    public override bool Depends => inner.Depends;

    /// <inheritdoc/>
    public override double LogMoment(double order) =>
        PreciseMath.Log1pExp(Math.Log(rate) + PreciseMath.LogExpm1(Math.Max(inner.LogMoment(order), 1e-300))) * (1 + Rounding);
}

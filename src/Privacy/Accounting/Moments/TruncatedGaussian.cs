namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Moments of a Gaussian release over a Poisson lot that is cut to at most B units, the units kept being a uniform subset (Ganesh et al. 2025, arXiv 2508.15089, account for
/// the same mechanism by privacy loss distributions).
/// </summary>
/// <remarks>
/// <para>Let x be the unit in which the data sets differ and S the other units that Poisson sampling takes. S has the same law with and without x, so
/// the bit b = [|S| ≥ B] may be published: it costs nothing, and a bound for (b, release) is one for the release.</para>
/// <para>b = 0: nothing is cut, with x or without. Given S, the release is that of plain Poisson sampling; moments are jointly convex in the two
/// distributions, so mixing over S cannot exceed the Poisson-sampled Gaussian: <c>A₁ = A(q, σ)</c>.</para>
/// <para>b = 1: without x the lot is a uniform B-subset of the others. With x it is the same, except that with a probability of at most
/// <c>q* = qB/(B+1)</c> (x is taken, and survives a cut of at least B+1 candidates to B) x stands in the place of a uniform member. The sums then differ by
/// at most 2C: <c>A₂ = A(q*, σ/2)</c>.</para>
/// <para>Together <c>A ≤ (1-τ)A₁ + τ·max(A₁, A₂)</c> with τ = P(b = 1) = P(Bin(N, q) ≥ B), N others. It rises with τ, and τ with N, so that the largest N allowed bounds all
/// smaller populations too. Alternatively b = 1 is given up altogether: a set of outcomes with any b = 1 among T releases has probability ≤ Tτ under both
/// data sets, hence (ε, δ) of plain sampling becomes (ε, δ + Tτ), without a factor e^ε because b does not depend on x. The accountant takes the better.</para>
/// </remarks>
internal sealed class TruncatedGaussian : MomentBound
{
    private const double Rounding = 8 * 2.220446049250313e-16;

    private readonly SampledGaussian _uncut;
    private readonly SampledGaussian _cut;

    /// <summary>One mechanism.</summary>
    /// <param name="rate">q in [0, 1].</param>
    /// <param name="noiseMultiplier">σ ≥ 0: noise standard deviation / clip norm.</param>
    /// <param name="tail">τ, rounded up.</param>
    /// <param name="tailRate">q*, rounded up.</param>
    public TruncatedGaussian(double rate, double noiseMultiplier, double tail, double tailRate)
    {
        Tail = tail;
        _uncut = new SampledGaussian(rate, noiseMultiplier);
        _cut = new SampledGaussian(tailRate, noiseMultiplier / 2);
    }

    /// <inheritdoc/>
    public override bool Depends => _uncut.Depends;

    /// <inheritdoc/>
    public override double Tail { get; }

    /// <inheritdoc/>
    public override double LogMomentWithoutTail(double order) => _uncut.LogMoment(order);

    /// <inheritdoc/>
    public override double LogMoment(double order)
    {
        double uncut = _uncut.LogMoment(order);
        if (Tail == 0 || double.IsInfinity(uncut))
        {
            return uncut;
        }

        double cut = _cut.LogMoment(order);
        double excess = cut - uncut + (Rounding * (cut + uncut)); // log(A₂/A₁), rounded up
        if (excess <= 0)
        {
            return uncut;
        }

        // log((1-τ)A₁ + τA₂) = log A₁ + log(1 + τ(A₂/A₁ - 1)).
        double gain = PreciseMath.Log1pExp(Math.Log(Tail) + PreciseMath.LogExpm1(excess));
        return (uncut + (gain * (1 + Rounding))) * (1 + Rounding);
    }
}

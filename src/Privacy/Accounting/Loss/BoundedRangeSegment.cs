namespace FastDPMeta.Privacy.Accounting.Loss;

/// <summary>
/// The losses that dominate every mechanism whose losses lie in some interval of length ε, as those of the exponential mechanism do: the worst of the two-point mechanisms with losses t and t - ε has, at every γ,
/// the hockey stick δ(γ) = (1 - e^{(γ-ε)/2})²/(1 - e^{-ε}) (Dong, Durfee, Rogers 2020, "Optimal differential privacy composition for exponential mechanisms", lemma 3.2). Being
/// convex in e^γ it is that of one pair, whose loss has density δ'' - δ' = ½e^{(x-ε)/2}/(1 - e^{-ε}) on [-ε, ε]; reversed, it is the same.
/// </summary>
/// <param name="epsilon">ε > 0.</param>
internal sealed class BoundedRangeSegment(double epsilon) : LossSegment
{
    private readonly double _scale = 0.5 / -PreciseMath.Expm1(-epsilon);

    /// <inheritdoc/>
    public override double Low => -epsilon;

    /// <inheritdoc/>
    public override double High => epsilon;

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<double> x, Span<double> loss, Span<double> density)
    {
        for (int i = 0; i < x.Length; i++)
        {
            loss[i] = x[i];
            density[i] = _scale * Math.Exp((x[i] - epsilon) / 2);
        }
    }

    /// <inheritdoc/>
    public override double Inverse(double loss, double guess) => Math.Clamp(loss, Low, High);

    /// <inheritdoc/>
    public override double DensityScale(double x) => 2;

    /// <inheritdoc/>
    public override double Scale(double x) => 1;

    /// <inheritdoc/>
    public override double UpperEnd(double logMass, out double mass)
    {
        mass = 0;
        return High;
    }

    /// <inheritdoc/>
    public override double LowerEnd(double logMass, out double mass)
    {
        mass = 0;
        return Low;
    }
}

namespace FastDPMeta.Privacy.Accounting.Loss;

/// <summary>
/// The outcomes of a Laplace release between the two answers, where the loss moves from one end to the other. The parameter is the loss u of the unsampled release;
/// with the unit in question taken at a rate q, L = log(1 + q(e^u - 1)), or its negative in the direction of adding.
/// </summary>
internal sealed class LaplaceSegment : LossSegment
{
    private readonly double _rate;
    private readonly double _end;
    private readonly bool _adds;

    /// <summary>A segment.</summary>
    /// <param name="rate">q in (0, 1].</param>
    /// <param name="noiseMultiplier">b: scale / sensitivity, > 0.</param>
    /// <param name="adds">Whether this is the direction of adding.</param>
    public LaplaceSegment(double rate, double noiseMultiplier, bool adds)
    {
        _rate = rate;
        _end = 1 / noiseMultiplier;
        _adds = adds;
    }

    /// <inheritdoc/>
    public override double Low => -_end;

    /// <inheritdoc/>
    public override double High => _end;

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<double> x, Span<double> loss, Span<double> density)
    {
        for (int i = 0; i < x.Length; i++)
        {
            // The release without the unit, as a density of its loss u: ¼e^{-(u + 1/b)/2}. Adding runs through u = -x.
            double u = _adds ? -x[i] : x[i];
            double excess = Excess(u, _rate);
            density[i] = Math.Exp(-(u + _end) / 2) / 4;
            loss[i] = _adds ? -excess : excess;
            if (!_adds)
            {
                density[i] = Math.Exp(excess - ((u + _end) / 2)) / 4;
            }
        }
    }

    /// <inheritdoc/>
    public override double Inverse(double loss, double guess)
    {
        double value = _adds ? -loss : loss;
        double excess = value > 30 ? double.PositiveInfinity : PreciseMath.Expm1(value) / _rate;
        double u = double.IsPositiveInfinity(excess) ? value - Math.Log(_rate) + PreciseMath.Log1p(-(1 - _rate) * Math.Exp(-value))
            : excess > -1 ? PreciseMath.Log1p(excess)
            : double.NegativeInfinity;
        return Math.Clamp(_adds ? -u : u, Low, High);
    }

    /// <inheritdoc/>
    public override double DensityScale(double x) => 0.5;

    /// <inheritdoc/>
    public override double Scale(double x) => 0.5;

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

    /// <summary>log(1 + q(e^u - 1)) without overflow.</summary>
    internal static double Excess(double u, double rate) => rate == 1 ? u
        : u > 30 ? u + Math.Log(rate) + PreciseMath.Log1p((1 - rate) / rate * Math.Exp(-u))
        : PreciseMath.Log1p(rate * PreciseMath.Expm1(u));
}

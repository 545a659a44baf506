using System.Numerics;

namespace FastDPMeta.Privacy.Mechanisms.Exact;

/// <summary>φ(x) = x/b.</summary>
/// <param name="scale">b, above 0.</param>
internal readonly struct LaplaceLaw(Rational scale) : ILatticeLaw
{
    private readonly Rational _scale = scale;
    private readonly double _factor = 1 / scale.ToDouble();

    /// <inheritdoc/>
    public double Scale { get; } = scale.ToDouble();

    /// <inheritdoc/>
    public BigInteger Denominator => _scale.Numerator;

    /// <inheritdoc/>
    public BigInteger Numerator(BigInteger x) => x * _scale.Denominator;

    /// <inheritdoc/>
    public double Drop(double start, double y) => y * _factor;
}

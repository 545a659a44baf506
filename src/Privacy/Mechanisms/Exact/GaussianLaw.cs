using System.Numerics;

namespace FastDPMeta.Privacy.Mechanisms.Exact;

/// <summary>φ(x) = x²/(2σ²).</summary>
/// <param name="variance">σ², above 0.</param>
internal readonly struct GaussianLaw(Rational variance) : ILatticeLaw
{
    private readonly Rational _variance = variance;
    private readonly double _factor = 1 / (2 * variance.ToDouble());

    /// <inheritdoc/>
    public double Scale { get; } = Math.Sqrt(variance.ToDouble());

    /// <inheritdoc/>
    public BigInteger Denominator => 2 * _variance.Numerator;

    /// <inheritdoc/>
    public BigInteger Numerator(BigInteger x) => x * x * _variance.Denominator;

    /// <inheritdoc/>
    public double Drop(double start, double y) => ((2 * start) + y) * y * _factor;
}

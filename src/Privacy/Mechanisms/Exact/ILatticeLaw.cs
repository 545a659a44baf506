using System.Numerics;

namespace FastDPMeta.Privacy.Mechanisms.Exact;

/// <summary>A law on the whole numbers x ≥ 0 with weights e^(-φ(x)), φ(0) = 0, φ rational, rising and convex.</summary>
internal interface ILatticeLaw
{
    /// <summary>How far x reaches until the weight has fallen markedly: the standard deviation or the scale.</summary>
    double Scale { get; }

    /// <summary>φ(x) times <see cref="Denominator"/>.</summary>
    /// <param name="x">≥ 0.</param>
    BigInteger Numerator(BigInteger x);

    /// <summary>The denominator of every φ(x).</summary>
    BigInteger Denominator { get; }

    /// <summary>φ(start + y) - φ(start), within a part in 2⁵⁰.</summary>
    /// <param name="start">≥ 0, below 2⁵².</param>
    /// <param name="y">≥ 0, below 2⁵².</param>
    double Drop(double start, double y);
}

using System.Runtime.CompilerServices;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Mechanisms.Exact;

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>
/// Whole numbers x with probability exactly proportional to e^(-x²/2σ²) (Canonne, Kamath and Steinke 2020, "The discrete Gaussian for differential privacy", definition 1): no rounding
/// enters any probability, so there is nothing in single draws for attacks on floating-point noise (Mironov 2012) to hold. Mean 0, variance at most σ².
/// </summary>
/// <remarks>Immutable after construction, which takes some milliseconds; draws allocate nothing, but for one in some ten million.</remarks>
public sealed class DiscreteGaussian
{
    private const double LargestScale = 1L << 40;
    private const double SmallestScale = 1.0 / (1 << 10);

    private readonly LatticeSampler<GaussianLaw> _magnitudes;

    /// <summary>A law.</summary>
    /// <param name="standardDeviation">σ from 2⁻¹⁰ to 2⁴⁰, taken exactly as the quotient of whole numbers that it is.</param>
    /// <exception cref="ArgumentOutOfRangeException">σ is out of range or NaN.</exception>
    public DiscreteGaussian(double standardDeviation)
    {
        StandardDeviation = CheckScale(standardDeviation, nameof(standardDeviation));
        _magnitudes = new(new GaussianLaw(Rational.Of(standardDeviation).Square()));
    }

    /// <summary>σ.</summary>
    public double StandardDeviation { get; }

    /// <summary>One number.</summary>
    /// <param name="words">Random bits.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Next(RandomWords words)
    {
        ArgumentNullException.ThrowIfNull(words);
        while (true)
        {
            long magnitude = _magnitudes.Draw(words, out bool negative);
            if (magnitude != 0 || !negative)
            {
                return negative ? -magnitude : magnitude; // a zero counts once, not with both signs
            }
        }
    }

    /// <summary>Independent numbers.</summary>
    /// <param name="values">What to fill.</param>
    /// <param name="words">Random bits.</param>
    public void Fill(Span<long> values, RandomWords words)
    {
        foreach (ref long value in values)
        {
            value = Next(words);
        }
    }

    internal static double CheckScale(double scale, string name) => scale is >= SmallestScale and <= LargestScale
        ? scale
        : throw new ArgumentOutOfRangeException(name, scale, "The scale of discrete noise must lie between 2^-10 and 2^40. Choose the unit of the values so that it does.");
}

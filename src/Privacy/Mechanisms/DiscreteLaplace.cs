using System.Runtime.CompilerServices;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Mechanisms.Exact;

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>
/// Whole numbers x with probability exactly proportional to e^(-|x|/b), the two-sided geometric law of Ghosh, Roughgarden and Sundararajan 2009; and the one-sided one. No
/// rounding enters any probability. Mean 0, variance 2r/(1-r)² with r = e^(-1/b).
/// </summary>
/// <remarks>Immutable after construction, which takes some milliseconds; draws allocate nothing, but for one in some ten million.</remarks>
public sealed class DiscreteLaplace
{
    private readonly LatticeSampler<LaplaceLaw> _magnitudes;

    /// <summary>A law.</summary>
    /// <param name="scale">b from 2⁻¹⁰ to 2⁴⁰, taken exactly as the quotient of whole numbers that it is.</param>
    /// <exception cref="ArgumentOutOfRangeException">b is out of range or NaN.</exception>
    public DiscreteLaplace(double scale)
    {
        Scale = DiscreteGaussian.CheckScale(scale, nameof(scale));
        _magnitudes = new(new LaplaceLaw(Rational.Of(scale)));
    }

    /// <summary>b.</summary>
    public double Scale { get; }

    /// <summary>One number of either sign.</summary>
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
                return negative ? -magnitude : magnitude;
            }
        }
    }

    /// <summary>One number x ≥ 0 with probability (1 - r)·rˣ, r = e^(-1/b): the geometric law.</summary>
    /// <param name="words">Random bits.</param>
    public long NextGeometric(RandomWords words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return _magnitudes.Draw(words, out _);
    }

    /// <summary>Independent numbers of either sign.</summary>
    /// <param name="values">What to fill.</param>
    /// <param name="words">Random bits.</param>
    public void Fill(Span<long> values, RandomWords words)
    {
        foreach (ref long value in values)
        {
            value = Next(words);
        }
    }
}

using System.Numerics;

namespace FastDPMeta.Privacy.Mechanisms.Exact;

/// <summary>e⁻ˣ of a rational x, enclosed between two whole numbers of units 2⁻ᵇⁱᵗˢ. Integer arithmetic only; as exact as asked for.</summary>
internal static class ExactExponential
{
    private const int Guard = 32;

    /// <summary>Bounds <c>low ≤ 2^bits · e^(-numerator/denominator) ≤ high</c>, a few units apart.</summary>
    /// <param name="numerator">≥ 0.</param>
    /// <param name="denominator">> 0.</param>
    /// <param name="bits">Precision, ≥ 1.</param>
    public static (BigInteger Low, BigInteger High) Of(BigInteger numerator, BigInteger denominator, int bits)
    {
        if (numerator.IsZero)
        {
            return (BigInteger.One << bits, BigInteger.One << bits);
        }

        if (numerator > denominator * (bits + 2))
        {
            return (BigInteger.Zero, BigInteger.One); // e^-(bits + 2) < 2^-bits
        }

        // Halve x until it is at most ½, add up the alternating series, square as often.
        int halvings = (int)Math.Max(0, (long)numerator.GetBitLength() - (long)denominator.GetBitLength() + 2);
        int precision = bits + Guard + (2 * halvings);
        (BigInteger low, BigInteger high) = Series(numerator, denominator << halvings, precision);
        for (int i = 0; i < halvings; i++)
        {
            low = (low * low) >> precision;
            high = ((high * high) >> precision) + 1;
        }

        return (low >> (precision - bits), (high >> (precision - bits)) + 1);
    }

    /// <summary>Σ (-x)ⁱ/i! for x ≤ ½: the terms fall, so that what is left out is at most the first term left out.</summary>
    private static (BigInteger Low, BigInteger High) Series(BigInteger numerator, BigInteger denominator, int precision)
    {
        BigInteger termLow = BigInteger.One << precision, termHigh = termLow;
        BigInteger low = termLow, high = termLow;
        for (int i = 1; termHigh > BigInteger.One; i++)
        {
            BigInteger divisor = denominator * i;
            termLow = termLow * numerator / divisor;
            termHigh = (termHigh * numerator / divisor) + 1;
            (low, high) = (i & 1) == 1 ? (low - termHigh, high - termLow) : (low + termLow, high + termHigh);
        }

        return (low - 1, high + 1);
    }
}

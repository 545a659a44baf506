using System.Numerics;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Mechanisms.Exact;

/// <summary>Coins with exact probabilities.</summary>
internal static class ExactCoin
{
    /// <summary>True with probability exactly e^(-distance·rate): a uniform number is compared with ever narrower bounds.</summary>
    /// <param name="distance">≥ 0.</param>
    /// <param name="rate">Above 0.</param>
    /// <param name="words">Random bits.</param>
    public static bool Exponential((BigInteger Numerator, BigInteger Denominator) distance, Rational rate, RandomWords words)
    {
        BigInteger numerator = distance.Numerator * rate.Numerator, denominator = distance.Denominator * rate.Denominator;
        if (numerator.IsZero)
        {
            return true;
        }

        BigInteger number = 0;
        for (int bits = 64; ; bits += 64)
        {
            number = (number << 64) | words.NextUInt64();
            (BigInteger low, BigInteger high) = ExactExponential.Of(numerator, denominator, bits);
            if (number + 1 <= low || number >= high)
            {
                return number < low;
            }
        }
    }

    /// <summary>Exactly the value of a finite number of double precision, of either sign.</summary>
    public static (BigInteger Numerator, BigInteger Denominator) Quotient(double value)
    {
        if (value == 0)
        {
            return (BigInteger.Zero, BigInteger.One);
        }

        Rational magnitude = Rational.Of(Math.Abs(value));
        return (value < 0 ? -magnitude.Numerator : magnitude.Numerator, magnitude.Denominator);
    }
}

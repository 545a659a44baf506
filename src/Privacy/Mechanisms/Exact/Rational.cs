using System.Numerics;

namespace FastDPMeta.Privacy.Mechanisms.Exact;

/// <summary>A positive quotient of whole numbers.</summary>
/// <param name="Numerator">Above 0.</param>
/// <param name="Denominator">Above 0.</param>
internal readonly record struct Rational(BigInteger Numerator, BigInteger Denominator)
{
    /// <summary>Exactly the value of a positive, finite number of double precision.</summary>
    public static Rational Of(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        long mantissa = bits & ((1L << 52) - 1);
        BigInteger whole = exponent == 0 ? mantissa : mantissa | (1L << 52);
        int shift = Math.Max(exponent, 1) - 1075;
        return shift >= 0 ? new(whole << shift, 1) : new Rational(whole, BigInteger.One << -shift).Reduced();
    }

    /// <summary>Its square.</summary>
    public Rational Square() => new(Numerator * Numerator, Denominator * Denominator);

    /// <summary>The nearest number of double precision, or one beside it.</summary>
    public double ToDouble()
    {
        int shift = (int)(Denominator.GetBitLength() - Numerator.GetBitLength()) + 64;
        BigInteger quotient = shift >= 0 ? (Numerator << shift) / Denominator : Numerator / (Denominator << -shift);
        return Math.ScaleB((double)quotient, -shift);
    }

    private Rational Reduced()
    {
        BigInteger divisor = BigInteger.GreatestCommonDivisor(Numerator, Denominator);
        return new(Numerator / divisor, Denominator / divisor);
    }
}

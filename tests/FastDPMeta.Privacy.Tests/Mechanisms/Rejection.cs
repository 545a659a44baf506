using System.Numerics;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Tests.Mechanisms;

/// <summary>
/// The samplers of Canonne, Kamath and Steinke 2020 (algorithms 1 to 3), word by word in whole numbers of any size: slow, and independent of the library's own.
/// </summary>
internal sealed class Rejection(RandomStream random)
{
    /// <summary>P(x) ∝ e^(-x²/2σ²), σ² = numerator/denominator.</summary>
    public long Gaussian(BigInteger numerator, BigInteger denominator)
    {
        BigInteger floor = Root(numerator / denominator);
        BigInteger t = floor + 1;
        while (true)
        {
            BigInteger y = Laplace(t, 1);

            // (|y| - σ²/t)²/(2σ²) = (|y|·t·den - num)²/(2·num·den·t²)
            BigInteger distance = (BigInteger.Abs(y) * t * denominator) - numerator;
            if (ExponentialCoin(distance * distance, 2 * numerator * denominator * t * t))
            {
                return (long)y;
            }
        }
    }

    /// <summary>P(x) ∝ e^(-|x|·s/t).</summary>
    public BigInteger Laplace(BigInteger t, BigInteger s)
    {
        while (true)
        {
            BigInteger u = Below(t);
            if (!ExponentialCoin(u, t))
            {
                continue;
            }

            BigInteger v = 0;
            while (ExponentialCoin(1, 1))
            {
                v++;
            }

            BigInteger y = (u + (t * v)) / s;
            bool negative = Below(2).IsOne;
            if (!negative || !y.IsZero)
            {
                return negative ? -y : y;
            }
        }
    }

    /// <summary>True with probability e^(-numerator/denominator).</summary>
    private bool ExponentialCoin(BigInteger numerator, BigInteger denominator)
    {
        for (; numerator > denominator; numerator -= denominator)
        {
            if (!ExponentialCoin(1, 1))
            {
                return false;
            }
        }

        int k = 1;
        while (Below(denominator * k) < numerator)
        {
            k++;
        }

        return (k & 1) == 1;
    }

    private BigInteger Below(BigInteger bound)
    {
        int bits = (int)(bound - 1).GetBitLength();
        while (true)
        {
            BigInteger value = 0;
            for (int i = 0; i < bits; i += 32)
            {
                value = (value << 32) | random.NextUInt32();
            }

            value &= (BigInteger.One << bits) - 1;
            if (value < bound)
            {
                return value;
            }
        }
    }

    private static BigInteger Root(BigInteger square)
    {
        BigInteger root = (BigInteger)Math.Sqrt((double)square);
        while (root * root > square)
        {
            root--;
        }

        while ((root + 1) * (root + 1) <= square)
        {
            root++;
        }

        return root;
    }
}

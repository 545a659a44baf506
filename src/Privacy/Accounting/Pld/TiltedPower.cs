using System.Numerics;

namespace FastDPMeta.Privacy.Accounting.Pld;

/// <summary>Powers of complex numbers of size 1 at most, a vector of them at a time: squarings and products from the lowest bit of the exponent.</summary>
internal static class TiltedPower
{
    /// <summary>Below this square the number is taken as 0: its further powers would be, and subnormal numbers are slow.</summary>
    private const double Vanishing = 1e-240;

    /// <summary>total ← total · base^count, entry by entry; the base is used up.</summary>
    public static void MultiplyBy(Span<double> totalReal, Span<double> totalImaginary, Span<double> baseReal, Span<double> baseImaginary, long count)
    {
        int lanes = Vector<double>.Count;
        int i = 0;

        // A smaller square leads to a power below the root of Vanishing: nearly all of a spectrum, where releases are many.
        Vector<double> least = new(Math.Pow(Vanishing, 1.0 / count));
        for (; i <= totalReal.Length - lanes; i += lanes)
        {
            Vector<double> tr = new(totalReal[i..]);
            Vector<double> ti = new(totalImaginary[i..]);
            Vector<double> br = new(baseReal[i..]);
            Vector<double> bi = new(baseImaginary[i..]);
            if (Vector.LessThanAll((br * br) + (bi * bi), least))
            {
                Vector<double>.Zero.CopyTo(totalReal[i..]);
                Vector<double>.Zero.CopyTo(totalImaginary[i..]);
                continue;
            }

            for (long rest = count; rest > 0; rest >>= 1)
            {
                if ((rest & 1) != 0)
                {
                    Vector<double> real = (tr * br) - (ti * bi);
                    ti = (tr * bi) + (ti * br);
                    tr = real;
                }

                Vector<double> square = (br * br) - (bi * bi);
                bi = (br + br) * bi;
                br = square;
                Vector<long> large = Vector.GreaterThan((br * br) + (bi * bi), new Vector<double>(Vanishing));
                br = Vector.ConditionalSelect(large, br, Vector<double>.Zero);
                bi = Vector.ConditionalSelect(large, bi, Vector<double>.Zero);
            }

            tr.CopyTo(totalReal[i..]);
            ti.CopyTo(totalImaginary[i..]);
        }

        for (; i < totalReal.Length; i++)
        {
            Complex power = Complex.One;
            Complex factor = new(baseReal[i], baseImaginary[i]);
            for (long rest = count; rest > 0; rest >>= 1)
            {
                power = (rest & 1) != 0 ? power * factor : power;
                factor *= factor;
                factor = (factor.Real * factor.Real) + (factor.Imaginary * factor.Imaginary) > Vanishing ? factor : Complex.Zero;
            }

            Complex product = new Complex(totalReal[i], totalImaginary[i]) * power;
            (totalReal[i], totalImaginary[i]) = (product.Real, product.Imaginary);
        }
    }

    /// <summary>The same for what exceeds 1: 1 + total ← (1 + total)·(1 + offset + base)^count. The base is used up.</summary>
    public static void MultiplyExcess(Span<double> totalReal, Span<double> totalImaginary, Span<double> baseReal, Span<double> baseImaginary, double offset, long count)
    {
        int lanes = Vector<double>.Count;
        int i = 0;
        for (; i <= totalReal.Length - lanes; i += lanes)
        {
            Vector<double> tr = new(totalReal[i..]);
            Vector<double> ti = new(totalImaginary[i..]);
            Vector<double> zr = new Vector<double>(baseReal[i..]) + new Vector<double>(offset);
            Vector<double> zi = new(baseImaginary[i..]);
            for (long rest = count; rest > 0; rest >>= 1)
            {
                if ((rest & 1) != 0)
                {
                    Vector<double> real = tr + zr + ((tr * zr) - (ti * zi));
                    ti = ti + zi + ((tr * zi) + (ti * zr));
                    tr = real;
                }

                Vector<double> two = zr + new Vector<double>(2);
                Vector<double> square = (zr * two) - (zi * zi);
                zi *= zr + two;
                zr = square;
            }

            tr.CopyTo(totalReal[i..]);
            ti.CopyTo(totalImaginary[i..]);
        }

        for (; i < totalReal.Length; i++)
        {
            Complex total = new(totalReal[i], totalImaginary[i]);
            Complex z = new(baseReal[i] + offset, baseImaginary[i]);
            for (long rest = count; rest > 0; rest >>= 1)
            {
                total = (rest & 1) != 0 ? total + z + (total * z) : total;
                z *= 2 + z;
            }

            (totalReal[i], totalImaginary[i]) = (total.Real, total.Imaginary);
        }
    }
}

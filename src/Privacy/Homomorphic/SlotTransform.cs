using System.Numerics;
using FastDPMeta.Kernels.Ntt;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// The canonical embedding: a real polynomial m of N coefficients and its values at ζ^(5^j), j = 0 … N/2 - 1, with ζ = exp(iπ/N). Since ζ^(5^j·N/2) = i,
/// the N/2 complex
/// numbers m_k + i·m_{k+N/2} determine them by a transform of half the length (Cheon, Kim, Kim, Song 2017, section 3; the fast form of HEAAN). Doubles: the
/// error is below 2⁻⁴⁸ of the largest slot.
/// </summary>
internal sealed class SlotTransform
{
    private readonly int _slots;
    private readonly int[] _reversed;

    // Root j of the stage with blocks of 2h slots stands at h + j: ζ^((5^j mod 8h)·N/4h).
    private readonly double[] _real;
    private readonly double[] _imaginary;

    public SlotTransform(int degree)
    {
        _slots = degree / 2;
        _real = new double[_slots];
        _imaginary = new double[_slots];
        _reversed = new int[_slots];
        int bits = BitOperations.Log2((uint)_slots);
        for (int i = 0; i < _slots; i++)
        {
            _reversed[i] = NttTables.ReverseBits(i, bits);
        }

        for (int half = 1; half < _slots; half *= 2)
        {
            int power = 1;
            for (int j = 0; j < half; j++)
            {
                double angle = 2 * Math.PI * power / (8.0 * half);
                (_imaginary[half + j], _real[half + j]) = Math.SinCos(angle);
                power = power * 5 % (8 * half);
            }
        }
    }

    /// <summary>Coefficients (real parts m_k, imaginary parts m_{k+N/2}) to slots, in place.</summary>
    public void ToSlots(Span<double> real, Span<double> imaginary)
    {
        Reorder(real, imaginary);
        for (int half = 1; half < _slots; half *= 2)
        {
            ReadOnlySpan<double> rootReal = _real.AsSpan(half, half);
            ReadOnlySpan<double> rootImaginary = _imaginary.AsSpan(half, half);
            for (int first = 0; first < _slots; first += 2 * half)
            {
                Combine(real.Slice(first, half), imaginary.Slice(first, half), real.Slice(first + half, half), imaginary.Slice(first + half, half), rootReal, rootImaginary);
            }
        }
    }

    /// <summary>Slots to coefficients, in place, not divided by N/2: times <paramref name="scale"/> instead.</summary>
    public void ToCoefficients(Span<double> real, Span<double> imaginary, double scale)
    {
        for (int half = _slots / 2; half >= 1; half /= 2)
        {
            ReadOnlySpan<double> rootReal = _real.AsSpan(half, half);
            ReadOnlySpan<double> rootImaginary = _imaginary.AsSpan(half, half);
            for (int first = 0; first < _slots; first += 2 * half)
            {
                Split(real.Slice(first, half), imaginary.Slice(first, half), real.Slice(first + half, half), imaginary.Slice(first + half, half), rootReal, rootImaginary);
            }
        }

        Reorder(real, imaginary);
        for (int i = 0; i < _slots; i++)
        {
            real[i] *= scale;
            imaginary[i] *= scale;
        }
    }

    /// <summary>(a, b) → (a + r·b, a - r·b). Vectors, then the scalar line they equal.</summary>
    private static void Combine(Span<double> aReal, Span<double> aImaginary, Span<double> bReal, Span<double> bImaginary, ReadOnlySpan<double> rReal, ReadOnlySpan<double> rImaginary)
    {
        int i = 0;
        for (; i <= aReal.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<double> x = new(bReal[i..]);
            Vector<double> y = new(bImaginary[i..]);
            Vector<double> r = new(rReal[i..]);
            Vector<double> s = new(rImaginary[i..]);
            Vector<double> productReal = (x * r) - (y * s);
            Vector<double> productImaginary = (x * s) + (y * r);
            Vector<double> u = new(aReal[i..]);
            Vector<double> v = new(aImaginary[i..]);
            (u + productReal).CopyTo(aReal[i..]);
            (v + productImaginary).CopyTo(aImaginary[i..]);
            (u - productReal).CopyTo(bReal[i..]);
            (v - productImaginary).CopyTo(bImaginary[i..]);
        }

        for (; i < aReal.Length; i++)
        {
            double productReal = (bReal[i] * rReal[i]) - (bImaginary[i] * rImaginary[i]);
            double productImaginary = (bReal[i] * rImaginary[i]) + (bImaginary[i] * rReal[i]);
            (aReal[i], bReal[i]) = (aReal[i] + productReal, aReal[i] - productReal);
            (aImaginary[i], bImaginary[i]) = (aImaginary[i] + productImaginary, aImaginary[i] - productImaginary);
        }
    }

    /// <summary>(a, b) → (a + b, (a - b)/r), 1/r being the conjugate. Vectors, then the scalar line they equal.</summary>
    private static void Split(Span<double> aReal, Span<double> aImaginary, Span<double> bReal, Span<double> bImaginary, ReadOnlySpan<double> rReal, ReadOnlySpan<double> rImaginary)
    {
        int i = 0;
        for (; i <= aReal.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<double> u = new(aReal[i..]);
            Vector<double> v = new(aImaginary[i..]);
            Vector<double> w = new(bReal[i..]);
            Vector<double> z = new(bImaginary[i..]);
            Vector<double> r = new(rReal[i..]);
            Vector<double> s = new(rImaginary[i..]);
            (u + w).CopyTo(aReal[i..]);
            (v + z).CopyTo(aImaginary[i..]);
            Vector<double> x = u - w;
            Vector<double> y = v - z;
            ((x * r) + (y * s)).CopyTo(bReal[i..]);
            ((y * r) - (x * s)).CopyTo(bImaginary[i..]);
        }

        for (; i < aReal.Length; i++)
        {
            double x = aReal[i] - bReal[i];
            double y = aImaginary[i] - bImaginary[i];
            (aReal[i], aImaginary[i]) = (aReal[i] + bReal[i], aImaginary[i] + bImaginary[i]);
            (bReal[i], bImaginary[i]) = ((x * rReal[i]) + (y * rImaginary[i]), (y * rReal[i]) - (x * rImaginary[i]));
        }
    }

    private void Reorder(Span<double> real, Span<double> imaginary)
    {
        for (int i = 0; i < _slots; i++)
        {
            int j = _reversed[i];
            if (i < j)
            {
                (real[i], real[j]) = (real[j], real[i]);
                (imaginary[i], imaginary[j]) = (imaginary[j], imaginary[i]);
            }
        }
    }
}

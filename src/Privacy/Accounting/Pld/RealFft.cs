using System.Numerics;

namespace FastDPMeta.Privacy.Accounting.Pld;

/// <summary>
/// The Fourier transform of n real numbers, n = 16·2^a·3^b·5^c, by Stockham's self-sorting passes of radix 4, 2, 3 and 5 over n/2 complex numbers held as two arrays.
/// All passes but the first work on whole vectors.
/// </summary>
/// <remarks>
/// Relative error in the 2-norm at most <see cref="ErrorFactor"/>·u·log₂ n: Higham 2002, theorem 24.2, gives 6.7u a level of radix 2 with twiddle factors correct to u; radices 3 and 5 do
/// no worse a level, and packing reals adds two levels.
/// </remarks>
internal sealed class RealFft
{
    /// <summary>See the remarks of the type; in units of 2.2e-16, with what packing costs.</summary>
    public const double ErrorFactor = 6;

    private readonly int _half;
    private readonly Stage[] _stages;
    private readonly double[] _turnReal;
    private readonly double[] _turnImaginary;
    private readonly double[] _scratchReal;
    private readonly double[] _scratchImaginary;

    /// <summary>A plan.</summary>
    /// <param name="size">From <see cref="SizeFor"/>.</param>
    public RealFft(int size)
    {
        Size = size;
        _half = size / 2;
        _stages = [.. Plan(_half)];
        _turnReal = new double[(_half / 2) + 1];
        _turnImaginary = new double[(_half / 2) + 1];
        for (int k = 0; k < _turnReal.Length; k++)
        {
            (_turnReal[k], _turnImaginary[k]) = Root(k, size);
        }

        _scratchReal = new double[_half];
        _scratchImaginary = new double[_half];
    }

    /// <summary>n.</summary>
    public int Size { get; }

    /// <summary>n/2 + 1.</summary>
    public int SpectrumLength => _half + 1;

    /// <summary>The smallest size not below a count.</summary>
    public static int SizeFor(long count)
    {
        long best = long.MaxValue;
        for (long fives = 16; fives < 2 * count + 32; fives *= 5)
        {
            for (long threes = fives; threes < 2 * count + 32; threes *= 3)
            {
                long size = threes;
                while (size < count)
                {
                    size *= 2;
                }

                best = Math.Min(best, size);
            }
        }

        return checked((int)best);
    }

    /// <summary>X_k = Σ x_j·e^{-2πijk/n} for k = 0 … n/2.</summary>
    /// <param name="values">n reals.</param>
    /// <param name="real">Real parts of the answer.</param>
    /// <param name="imaginary">Imaginary parts of the answer.</param>
    public void Forward(ReadOnlySpan<double> values, double[] real, double[] imaginary)
    {
        for (int j = 0; j < _half; j++)
        {
            real[j] = values[2 * j];
            imaginary[j] = values[(2 * j) + 1];
        }

        Transform(real, imaginary);
        double first = real[0];
        (real[0], real[_half]) = (first + imaginary[0], first - imaginary[0]);
        (imaginary[0], imaginary[_half]) = (0, 0);
        for (int k = 1; k <= _half / 2; k++)
        {
            int m = _half - k;
            double evenReal = (real[k] + real[m]) / 2;
            double evenImaginary = (imaginary[k] - imaginary[m]) / 2;
            double oddReal = (imaginary[k] + imaginary[m]) / 2;
            double oddImaginary = (real[m] - real[k]) / 2;
            double turnedReal = (oddReal * _turnReal[k]) - (oddImaginary * _turnImaginary[k]);
            double turnedImaginary = (oddReal * _turnImaginary[k]) + (oddImaginary * _turnReal[k]);
            (real[k], imaginary[k]) = (evenReal + turnedReal, evenImaginary + turnedImaginary);
            (real[m], imaginary[m]) = (evenReal - turnedReal, turnedImaginary - evenImaginary);
        }
    }

    /// <summary>The inverse, scaled by 1/n; overwrites the spectrum.</summary>
    public void Inverse(double[] real, double[] imaginary, Span<double> values)
    {
        double first = (real[0] + real[_half]) / 2;
        (real[0], imaginary[0]) = (first, (real[0] - real[_half]) / 2);
        for (int k = 1; k <= _half / 2; k++)
        {
            int m = _half - k;
            double evenReal = (real[k] + real[m]) / 2;
            double evenImaginary = (imaginary[k] - imaginary[m]) / 2;
            double differenceReal = (real[k] - real[m]) / 2;
            double differenceImaginary = (imaginary[k] + imaginary[m]) / 2;
            double oddReal = (differenceReal * _turnReal[k]) + (differenceImaginary * _turnImaginary[k]);
            double oddImaginary = (differenceImaginary * _turnReal[k]) - (differenceReal * _turnImaginary[k]);
            (real[k], imaginary[k]) = (evenReal - oddImaginary, evenImaginary + oddReal);
            (real[m], imaginary[m]) = (evenReal + oddImaginary, oddReal - evenImaginary);
        }

        Transform(imaginary, real); // parts exchanged: the inverse
        double scale = 1.0 / _half;
        for (int j = 0; j < _half; j++)
        {
            values[2 * j] = real[j] * scale;
            values[(2 * j) + 1] = imaginary[j] * scale;
        }
    }

    private void Transform(double[] real, double[] imaginary)
    {
        (double[] xr, double[] xi, double[] yr, double[] yi) = (real, imaginary, _scratchReal, _scratchImaginary);
        foreach (Stage stage in _stages)
        {
            stage.Run(xr, xi, yr, yi);
            (xr, xi, yr, yi) = (yr, yi, xr, xi);
        }

        if (!ReferenceEquals(xr, real))
        {
            xr.AsSpan(0, _half).CopyTo(real);
            xi.AsSpan(0, _half).CopyTo(imaginary);
        }
    }

    private static IEnumerable<Stage> Plan(int length)
    {
        int stride = 1;
        foreach (int radix in (int[])[4, 5, 3, 2])
        {
            while (length % radix == 0 && !(radix == 2 && length % 4 == 0))
            {
                yield return new Stage(radix, length, stride);
                length /= radix;
                stride *= radix;
            }
        }
    }

    /// <summary>e^{-2πik/n}, its angle first reduced to an eighth of the circle.</summary>
    internal static (double Real, double Imaginary) Root(long k, long n)
    {
        k %= n;
        long octant = 8 * k / n;
        (double sin, double cos) = octant switch
        {
            0 => Math.SinCos(2 * Math.PI * k / n),
            1 or 2 => Exchanged(Math.SinCos(2 * Math.PI * ((k * 4) - n) / (4.0 * n))),
            3 or 4 => Negated(Math.SinCos(2 * Math.PI * ((k * 2) - n) / (2.0 * n))),
            5 or 6 => Negated(Exchanged(Math.SinCos(2 * Math.PI * ((k * 4) - (3 * n)) / (4.0 * n)))),
            _ => Math.SinCos(2 * Math.PI * (k - n) / n),
        };
        return (cos, -sin);

        static (double Sin, double Cos) Exchanged((double Sin, double Cos) of) => (of.Cos, -of.Sin);
        static (double Sin, double Cos) Negated((double Sin, double Cos) of) => (-of.Sin, -of.Cos);
    }

    /// <summary>One pass: n = radix·m numbers in blocks of a stride.</summary>
    private sealed class Stage
    {
        private readonly int _radix;
        private readonly int _blocks;
        private readonly int _stride;
        private readonly double[] _real;
        private readonly double[] _imaginary;

        public Stage(int radix, int length, int stride)
        {
            (_radix, _blocks, _stride) = (radix, length / radix, stride);
            _real = new double[_blocks * (radix - 1)];
            _imaginary = new double[_real.Length];
            for (int p = 0; p < _blocks; p++)
            {
                for (int k = 1; k < radix; k++)
                {
                    (_real[(p * (radix - 1)) + k - 1], _imaginary[(p * (radix - 1)) + k - 1]) = Root((long)p * k, length);
                }
            }
        }

        public void Run(double[] xr, double[] xi, double[] yr, double[] yi)
        {
            bool vectors = _stride % Vector<double>.Count == 0;
            int gap = _stride * _blocks;
            for (int p = 0; p < _blocks; p++)
            {
                ReadOnlySpan<double> wr = _real.AsSpan(p * (_radix - 1), _radix - 1);
                ReadOnlySpan<double> wi = _imaginary.AsSpan(p * (_radix - 1), _radix - 1);
                int from = _stride * p;
                int to = _stride * _radix * p;
                switch (_radix, vectors)
                {
                    case (4, true):
                        FftButterflies.Four(xr, xi, yr, yi, from, gap, to, _stride, wr, wi);
                        break;
                    case (2, true):
                        FftButterflies.Two(xr, xi, yr, yi, from, gap, to, _stride, wr, wi);
                        break;
                    case (3, true):
                        FftButterflies.Three(xr, xi, yr, yi, from, gap, to, _stride, wr, wi);
                        break;
                    case (5, true):
                        FftButterflies.Five(xr, xi, yr, yi, from, gap, to, _stride, wr, wi);
                        break;
                    default:
                        FftButterflies.Any(_radix, xr, xi, yr, yi, from, gap, to, _stride, wr, wi);
                        break;
                }
            }
        }
    }
}

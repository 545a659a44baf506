using System.Numerics;
using FastDPMeta.Privacy.Accounting.Pld;

namespace FastDPMeta.Privacy.Tests.Accounting;

public sealed class TiltedPowerTests
{
    private static readonly Complex[] Bases = [new(0.3, 0.4), new(0.999, 0.01), new(-0.5, 0.2), new(0.99999, -1e-6), new(1, 0), new(1e-3, 1e-3), new(0, 0), new(0.6, -0.8), new(0.95, 0.1)];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    [InlineData(10_000_000)]
    public void Powers_are_powers_in_vectors_and_behind_them(long count)
    {
        (double[] totalReal, double[] totalImaginary) = (new double[Bases.Length], new double[Bases.Length]);
        Array.Fill(totalReal, 0.5);
        Array.Fill(totalImaginary, -0.25);
        TiltedPower.MultiplyBy(totalReal, totalImaginary, [.. Bases.Select(z => z.Real)], [.. Bases.Select(z => z.Imaginary)], count);
        for (int i = 0; i < Bases.Length; i++)
        {
            Complex expected = new Complex(0.5, -0.25) * Power(Bases[i], count);
            Assert.True(Complex.Abs(expected - new Complex(totalReal[i], totalImaginary[i])) <= 1e-15 * count, $"{Bases[i]}^{count}: {totalReal[i]:r}, {totalImaginary[i]:r} against {expected}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(123_457)]
    public void What_exceeds_1_is_the_power_less_1(long count)
    {
        (double[] totalReal, double[] totalImaginary) = (new double[Bases.Length], new double[Bases.Length]);
        TiltedPower.MultiplyExcess(totalReal, totalImaginary, [.. Bases.Select(z => z.Real)], [.. Bases.Select(z => z.Imaginary)], -1, count);
        for (int i = 0; i < Bases.Length; i++)
        {
            Complex expected = Power(Bases[i], count) - 1;
            Assert.True(Complex.Abs(expected - new Complex(totalReal[i], totalImaginary[i])) <= 1e-15 * count, $"{Bases[i]}^{count} - 1: {totalReal[i]:r}, {totalImaginary[i]:r} against {expected}");
        }
    }

    [Theory]
    [InlineData(1e-13, 2e-13, 10_000)]
    [InlineData(-1e-16, 3e-17, 10_000_000)]
    [InlineData(-1e-20, 1e-21, 1_000_000)]
    public void Rare_jumps_keep_their_digits(double real, double imaginary, long count)
    {
        // (1 + z)^T - 1 = Tz + T(T-1)/2·z² + …; no power of 1 + z in doubles has any of its digits.
        Complex z = new(real, imaginary);
        (double[] totalReal, double[] totalImaginary) = (new double[5], new double[5]);
        TiltedPower.MultiplyExcess(totalReal, totalImaginary, [.. Enumerable.Repeat(real, 5)], [.. Enumerable.Repeat(imaginary, 5)], 0, count);
        Complex expected = (count * z) + (count * (count - 1.0) / 2 * z * z);
        for (int i = 0; i < 5; i++)
        {
            Assert.True(Complex.Abs(expected - new Complex(totalReal[i], totalImaginary[i])) <= 1e-13 * Complex.Abs(expected));
        }
    }

    /// <summary>By polar coordinates.</summary>
    private static Complex Power(Complex z, long count) => z == Complex.Zero ? 0 : Complex.Exp(count * new Complex(Math.Log(Complex.Abs(z)), z.Phase));
}

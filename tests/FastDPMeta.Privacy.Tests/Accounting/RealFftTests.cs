using FastDPMeta.Privacy.Accounting.Pld;

namespace FastDPMeta.Privacy.Tests.Accounting;

public sealed class RealFftTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(48)]
    [InlineData(80)]
    [InlineData(96)]
    [InlineData(240)]
    [InlineData(2 * 16 * 9 * 25)]
    public void Transforms_agree_with_the_definition_within_the_bound_and_invert(int size)
    {
        double[] values = [.. Enumerable.Range(0, size).Select(i => Math.Sin(1.7 * i * i) + (i == 3 ? 5 : 0))];
        RealFft plan = new(size);
        double[] real = new double[plan.SpectrumLength];
        double[] imaginary = new double[plan.SpectrumLength];
        plan.Forward(values, real, imaginary);
        double squares = 0;
        double norm = Math.Sqrt(values.Sum(v => v * v) * size);
        for (int k = 0; k < plan.SpectrumLength; k += 1 + (size / 300))
        {
            double re = 0;
            double im = 0;
            for (int j = 0; j < size; j++)
            {
                (double cos, double sin) = RealFft.Root((long)j * k, size);
                re += values[j] * cos;
                im += values[j] * sin;
            }

            squares += ((re - real[k]) * (re - real[k])) + ((im - imaginary[k]) * (im - imaginary[k]));
        }

        // The sum of the definition errs by √n units itself.
        Assert.InRange(Math.Sqrt(squares), 0, norm * 2.3e-16 * ((RealFft.ErrorFactor * (Math.Log2(size) + 2)) + Math.Sqrt(size)));
        double[] back = new double[size];
        plan.Inverse(real, imaginary, back);
        for (int i = 0; i < size; i++)
        {
            Assert.Equal(values[i], back[i], 1e-12);
        }
    }

    [Fact]
    public void Sizes_are_the_smallest_with_the_factors_known()
    {
        Assert.Equal(16, RealFft.SizeFor(1));
        Assert.Equal(48, RealFft.SizeFor(33));
        Assert.Equal(80, RealFft.SizeFor(65));
        Assert.Equal(720, RealFft.SizeFor(700));
    }
}

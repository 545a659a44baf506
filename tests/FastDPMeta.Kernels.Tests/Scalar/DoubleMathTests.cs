using FastDPMeta.Kernels.Scalar;

namespace FastDPMeta.Kernels.Tests.Scalar;

public sealed class DoubleMathTests
{
    // Computed with 40 digits.
    [Theory]
    [InlineData(1e-300, 1.1283791670955126e-300)]
    [InlineData(1e-05, 1.1283791670579e-5)]
    [InlineData(0.1, 0.1124629160182849)]
    [InlineData(0.5, 0.52049987781304654)]
    [InlineData(1.0, 0.84270079294971487)]
    [InlineData(2.0, 0.99532226501895273)]
    [InlineData(2.999, 0.99997776983140017)]
    [InlineData(3.001, 0.99997804833908226)]
    [InlineData(4.0, 0.9999999845827421)]
    [InlineData(5.5, 0.99999999999999264)]
    [InlineData(7.0, 1.0)]
    public void The_error_function_is_good_to_fifteen_digits(double x, double expected)
    {
        Assert.InRange(DoubleMath.Erf(x) / expected, 1 - 1e-15, 1 + 1e-15);
        Assert.Equal(-DoubleMath.Erf(x), DoubleMath.Erf(-x));
    }

    [Fact]
    public void The_error_function_has_its_limits()
    {
        Assert.Equal([1, -1, 1, 0], new[] { double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, 0.0 }.Select(DoubleMath.Erf));
        Assert.True(double.IsNaN(DoubleMath.Erf(double.NaN)));
    }
}

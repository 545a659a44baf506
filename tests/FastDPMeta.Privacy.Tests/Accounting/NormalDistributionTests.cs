using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Tests.Accounting;

public sealed class NormalDistributionTests
{
    /// <summary>Published values (Abramowitz and Stegun 1964, table 26.1 and 26.2; 15 digits).</summary>
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.841344746068543)]
    [InlineData(-1, 0.158655253931457)]
    [InlineData(2.5, 0.993790334674224)]
    [InlineData(-3, 0.00134989803163009)]
    [InlineData(-5, 2.86651571879194e-7)]
    [InlineData(-10, 7.61985302416053e-24)]
    public void Cumulative_agrees_with_tables(double x, double expected) => Assert.Equal(1, NormalDistribution.Cumulative(x) / expected, 1e-12);

    [Fact]
    public void Both_methods_agree_where_they_meet()
    {
        double below = NormalDistribution.Mills(3);
        double above = NormalDistribution.Mills(Math.BitIncrement(3.0));
        Assert.Equal(1, above / below, 1e-12);
    }

    [Fact]
    public void Tails_lie_between_the_bounds_of_Mills()
    {
        for (double x = 0.25; x < 60; x += 0.25)
        {
            Assert.InRange(NormalDistribution.Mills(x), x / ((x * x) + 1), 1 / x);
        }
    }
}

using FastDPMeta.Privacy.Frontiers;

namespace FastDPMeta.Privacy.Tests.Frontiers;

public sealed class MeanIntervalTests
{
    // The quantile is found by halving an interval sixty times; what remains is rounding in sums of a few terms.
    private const double Rounding = 1e-10;

    [Fact]
    public void Two_values_have_the_interval_of_the_Cauchy_distribution()
    {
        // One degree of freedom: P(|T| ≤ t) = (2/π)·arctan t, and s/√2 is half the distance.
        MeanInterval interval = MeanInterval.Of([1.0, 4.0]);
        Assert.Equal(2.5, interval.Mean, Rounding);
        Assert.Equal(Math.Tan(0.475 * Math.PI) * 1.5, interval.HalfWidth, 1e-8);
        Assert.Equal(2, interval.Count);
    }

    [Fact]
    public void Three_values_have_the_closed_form_of_two_degrees_of_freedom()
    {
        // P(|T| ≤ t) = t/√(2 + t²), so t = 0.95·√(2/(1 - 0.95²)); the values have s = 1.
        MeanInterval interval = MeanInterval.Of([1.0, 2.0, 3.0]);
        Assert.Equal(0.95 * Math.Sqrt(2 / (1 - (0.95 * 0.95))) / Math.Sqrt(3), interval.HalfWidth, Rounding);
    }

    [Theory]
    [InlineData(4, 2.776445105)]
    [InlineData(5, 2.570581836)]
    [InlineData(9, 2.262157163)]
    [InlineData(30, 2.042272456)]
    public void Quantiles_are_those_of_the_published_tables(int freedom, double expected) =>
        Assert.Equal(expected, StudentQuantile.TwoSided(0.95, freedom), 1e-8);

    [Fact]
    public void Quantiles_fall_towards_that_of_the_normal_distribution()
    {
        double[] quantiles = [.. Enumerable.Range(1, 200).Select(freedom => StudentQuantile.TwoSided(0.95, freedom))];
        Assert.All(quantiles.Zip(quantiles.Skip(1)), pair => Assert.True(pair.Second < pair.First));
        Assert.InRange(quantiles[^1], 1.9599, 1.98);
    }

    [Fact]
    public void A_value_that_ran_away_leaves_no_mean()
    {
        MeanInterval interval = MeanInterval.Of([1.0, double.NaN, 2.0]);
        Assert.True(double.IsNaN(interval.Mean) && double.IsNaN(interval.HalfWidth));
        Assert.Equal(3, interval.Count);
    }

    [Fact]
    public void A_single_value_has_no_interval_and_none_has_no_mean()
    {
        Assert.Equal(7, MeanInterval.Of([7.0]).Mean);
        Assert.True(double.IsNaN(MeanInterval.Of([7.0]).HalfWidth));
        Assert.Throws<ArgumentException>(() => MeanInterval.Of([]));
    }
}

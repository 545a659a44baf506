using FastDPMeta.Cli.Molecules;

namespace FastDPMeta.Cli.Tests.Molecules;

public sealed class IntervalTests
{
    [Fact]
    public void Three_values_have_the_interval_of_students_law_with_two_degrees()
    {
        Interval interval = Interval.Of([1, 2, 6, double.NaN]);
        Assert.Equal(3, interval.Mean, 12);
        Assert.Equal(4.303 * Math.Sqrt(7) / Math.Sqrt(3), interval.HalfWidth, 12);
        Assert.Equal(3, interval.Count);
    }

    /// <summary>97.5th percentiles of Student's law from tables: 2.0395 with 31 degrees of freedom, 2.0003 with 60.</summary>
    [Theory]
    [InlineData(31, 2.0395)]
    [InlineData(60, 2.0003)]
    public void Beyond_the_table_the_expansion_goes_on_from_it(int degrees, double percentile)
    {
        // Alternating ±1: mean 0 or nearly, deviation known.
        double[] values = [.. Enumerable.Range(0, degrees + 1).Select(i => i % 2 == 0 ? 1.0 : -1.0)];
        double mean = values.Average();
        double error = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / degrees / values.Length);
        Assert.Equal(percentile, Interval.Of(values).HalfWidth / error, 2e-4);
    }

    [Fact]
    public void One_value_has_no_interval_and_none_no_mean()
    {
        Assert.Equal(new Interval(5, double.NaN, 1), Interval.Of([5]));
        Assert.Equal(new Interval(double.NaN, double.NaN, 0), Interval.Of([double.NaN]));
    }
}

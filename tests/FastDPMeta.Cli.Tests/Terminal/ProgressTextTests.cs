using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Tests.Terminal;

public sealed class ProgressTextTests
{
    [Fact]
    public void Epsilon_is_rounded_up() => Assert.Equal("ε = 1.235", ProgressText.Epsilon(1.2341));

    [Fact]
    public void No_budget_is_not_zero_epsilon() => Assert.Equal("no privacy", ProgressText.Epsilon(null));

    [Fact]
    public void Infinite_epsilon_is_shown_as_such() => Assert.Equal("ε = ∞", ProgressText.Epsilon(double.PositiveInfinity));

    [Theory]
    [InlineData(5, "0:05")]
    [InlineData(65, "1:05")]
    [InlineData(3725, "1:02:05")]
    [InlineData(100_000, "27:46:40")]
    public void Times_read_as_on_a_clock(int seconds, string expected) => Assert.Equal(expected, ProgressText.Time(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Time_left_is_in_proportion_and_unknown_at_the_start()
    {
        Assert.Equal(TimeSpan.FromSeconds(30), ProgressText.Left(TimeSpan.FromSeconds(10), 25, 100));
        Assert.Null(ProgressText.Left(TimeSpan.FromSeconds(10), 0, 100));
        Assert.Null(ProgressText.Left(TimeSpan.FromSeconds(0.5), 25, 100));
    }

    [Fact]
    public void What_is_not_known_is_left_out() =>
        Assert.Equal("measuring  3/9", ProgressText.Line(new TrainingProgress("measuring", 3, 9, double.NaN, null, 0), left: null));
}

using FastDPMeta.Engine.Optim;

namespace FastDPMeta.Engine.Tests.Optim;

public sealed class ScheduleTests
{
    [Fact]
    public void A_number_is_a_constant_rate()
    {
        Schedule schedule = 0.25;
        Assert.Equal([0.25, 0.25], new[] { schedule.At(0), schedule.At(1_000_000) });
    }

    [Fact]
    public void A_line_goes_from_one_rate_to_the_other_and_stays() =>
        Assert.Equal([1, 0.75, 0.5, 0.5], new long[] { 0, 5, 10, 11 }.Select(Schedule.Linear(1, 0.5, 10).At));

    [Fact]
    public void A_cosine_is_flat_at_both_ends()
    {
        Schedule schedule = Schedule.Cosine(2, 1, 8);
        Assert.Equal(2, schedule.At(0), 12);
        Assert.Equal(1.5 + (0.5 * Math.Cos(Math.PI / 4)), schedule.At(2), 12);
        Assert.Equal(1.5, schedule.At(4), 12);
        Assert.Equal(1, schedule.At(100), 12);
    }

    [Fact]
    public void A_rise_comes_before_the_schedule() =>
        Assert.Equal([0.25, 0.5, 0.75, 1, 1, 0.5, 0], new long[] { 0, 1, 2, 3, 4, 5, 6 }.Select(Schedule.Linear(1, 0, 2).After(4).At));

    [Fact]
    public void Bad_rates_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Schedule.Constant(-1));
        Assert.Throws<ArgumentException>(() => Schedule.Linear(1, double.PositiveInfinity, 3));
        Assert.Throws<ArgumentException>(() => Schedule.Cosine(1, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Constant(1).After(0));
    }
}

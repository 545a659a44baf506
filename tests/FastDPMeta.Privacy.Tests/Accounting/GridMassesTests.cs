using FastDPMeta.Privacy.Accounting.Pld;

namespace FastDPMeta.Privacy.Tests.Accounting;

public sealed class GridMassesTests
{
    [Theory]
    [InlineData(0.3, 0.0)]
    [InlineData(0.05, 0.01)]
    [InlineData(1.7, -0.4)]
    public void Spreading_never_lowers_and_merging_never_raises_a_hockey_stick_divergence(double step, double offset)
    {
        // An uneven law: a heavy atom near 0, a light tail, gaps.
        double[] losses = [.. Enumerable.Range(0, 60).Select(i => -1.3 + (0.07 * i) + (0.02 * Math.Sin(i * i)))];
        double[] masses = [.. Enumerable.Range(0, 60).Select(i => i == 18 ? 0.5 : i % 7 == 3 ? 0 : 0.01 * Math.Exp(-0.1 * i))];
        GridMasses spread = new();
        spread.Spread(losses, masses, 0, offset, step);
        GridMasses merged = new();
        merged.Merge(losses, masses, offset, step, center: false);
        GridMasses centered = new();
        centered.Merge(losses, masses, offset, step, center: true);
        Assert.All(merged.Masses.ToArray(), mass => Assert.True(mass >= 0));
        for (double epsilon = -3; epsilon < 5; epsilon += 0.013)
        {
            double truth = Enumerable.Range(0, 60).Sum(i => masses[i] * Math.Max(0, 1 - Math.Exp(epsilon - losses[i])));
            Assert.True(Delta(spread, epsilon) >= truth - 1e-14, $"spread at {epsilon}: {Delta(spread, epsilon):r} below {truth:r}");
            Assert.True(Delta(merged, epsilon) <= truth + 1e-14, $"merged at {epsilon}: {Delta(merged, epsilon):r} above {truth:r}");
            Assert.True(Delta(centered, epsilon) <= truth + 1e-14, $"centred at {epsilon}: {Delta(centered, epsilon):r} above {truth:r}");
        }
    }

    [Fact]
    public void Losses_on_the_grid_stay_as_they_are_either_way()
    {
        double[] losses = [-1, 0, 1, 3];
        double[] masses = [0.1, 0.2, 0.3, 0.4];
        GridMasses grid = new();
        grid.Spread(losses, masses, 0, 0, 1);
        Assert.Equal([0.1, 0.2, 0.3, 0, 0.4, 0], grid.Masses.ToArray());
        grid.Merge(losses, masses, 0, 1, center: false);
        Assert.Equal([0.1, 0.2, 0.3, 0, 0.4], grid.Masses.ToArray());
    }

    private static double Delta(GridMasses grid, double epsilon)
    {
        double sum = 0;
        double[] masses = grid.Masses.ToArray();
        for (int i = 0; i < masses.Length; i++)
        {
            sum += masses[i] * Math.Max(0, 1 - Math.Exp(epsilon - (grid.Offset + ((grid.First + i) * grid.Step))));
        }

        return sum;
    }
}

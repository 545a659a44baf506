using FastDPMeta.Cli.Data;

namespace FastDPMeta.Cli.Tests.Data;

public sealed class AreaDownsamplingTests
{
    /// <summary>The oracle cuts every pixel into so many small ones that both grids fall on their edges, and counts.</summary>
    [Theory]
    [InlineData(105, 28)]
    [InlineData(6, 3)]
    [InlineData(7, 7)]
    [InlineData(5, 2)]
    public void Equals_the_mean_over_a_fine_grid(int from, int to)
    {
        byte[] ink = [.. Enumerable.Range(0, from * from).Select(i => (byte)(((i * 2654435761L) >> 13) & 1))];
        byte[] actual = new byte[to * to];
        AreaDownsampling.Reduce(ink, from, actual, to);
        Assert.Equal(Oracle(ink, from, to), actual);
    }

    [Fact]
    public void All_ink_is_255_and_none_is_0()
    {
        byte[] output = new byte[28 * 28];
        AreaDownsampling.Reduce([.. Enumerable.Repeat((byte)1, 105 * 105)], 105, output, 28);
        Assert.All(output, value => Assert.Equal(255, value));
        AreaDownsampling.Reduce(new byte[105 * 105], 105, output, 28);
        Assert.All(output, value => Assert.Equal(0, value));
    }

    private static byte[] Oracle(byte[] ink, int from, int to)
    {
        long[] counts = new long[to * to];
        for (int y = 0; y < from * to; y++)
        {
            for (int x = 0; x < from * to; x++)
            {
                counts[(y / from * to) + (x / from)] += ink[(y / to * from) + (x / to)];
            }
        }

        return [.. counts.Select(count => (byte)Math.Floor((255m * count / (from * from)) + 0.5m))];
    }
}

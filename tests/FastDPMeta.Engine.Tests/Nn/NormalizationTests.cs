using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Tests.Nn;

public sealed class NormalizationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Group_normalisation_equals_loops(int groups) => LayerCheck.Forward(new GroupNorm(groups, 4), new Shape(4, 3, 2), x =>
    {
        double[] normal = Naive.Normalize(x[2], 24 / groups, 1e-5);
        return [.. normal.Select((value, i) => (value * x[0][i / 6]) + x[1][i / 6])];
    });

    [Fact]
    public void Layer_normalisation_equals_loops() => LayerCheck.Forward(new LayerNorm(4), new Shape(3, 4), x =>
    {
        double[] normal = Naive.Normalize(x[2], 4, 1e-5);
        return [.. normal.Select((value, i) => (value * x[0][i % 4]) + x[1][i % 4])];
    });

    [Fact]
    public void Derivatives_equal_central_differences()
    {
        LayerCheck.Derivatives(new GroupNorm(2, 4), new Shape(4, 2, 2));
        LayerCheck.Derivatives(new LayerNorm(4), new Shape(3, 4));
        LayerCheck.Derivatives(new LayerNorm(5), new Shape(5));
    }

    [Fact]
    public void They_begin_as_plain_normalisation() =>
        Assert.Equal([1, 1, 1, 1, 0, 0, 0, 0], new GroupNorm(2, 4).Initialize(1));

    [Fact]
    public void Other_sizes_are_refused_by_name()
    {
        Assert.Contains("groupNorm: ", Assert.Throws<ShapeException>(() => new GroupNorm(2, 4).OutputShape(new Shape(5, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("layerNorm: ", Assert.Throws<ShapeException>(() => new LayerNorm(4).OutputShape(new Shape(4, 5))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new GroupNorm(3, 4));
    }
}

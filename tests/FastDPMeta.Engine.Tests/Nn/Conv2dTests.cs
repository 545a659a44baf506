using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Tests.Nn;

public sealed class Conv2dTests
{
    [Theory]
    [InlineData(1, 2, 3, 1, 0, 1, true)]
    [InlineData(2, 3, 3, 1, 1, 1, true)]
    [InlineData(2, 4, 3, 2, 1, 2, true)]
    [InlineData(4, 4, 2, 2, 0, 4, false)]
    [InlineData(3, 2, 1, 1, 0, 1, false)]
    [InlineData(4, 2, 3, 3, 2, 2, true)]
    public void Convolution_equals_loops(int channels, int filters, int kernel, int stride, int padding, int groups, bool bias)
    {
        Conv2d conv = new(channels, filters, kernel, stride, padding, groups, bias);
        Shape input = new(channels, 6, 5);
        LayerCheck.Forward(conv, input, arguments => Naive.Convolve(
            arguments[^1], arguments[0], bias ? arguments[1] : [], channels, 6, 5, filters, kernel, stride, padding, groups));
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(2, 1, 2)]
    public void Derivatives_equal_central_differences(int stride, int padding, int groups) =>
        LayerCheck.Derivatives(new Conv2d(2, 2, 3, stride, padding, groups, activation: Activation.Tanh), new Shape(2, 4, 5));

    [Fact]
    public void Weights_take_the_patch_as_fan_in()
    {
        Conv2d conv = new(4, 6, 3, groups: 2);
        Assert.Equal(2 * 9, conv.Parameters[0].FanIn);
        Assert.Equal(3 * 9, conv.Parameters[0].FanOut);
        Assert.Equal(new Shape(2, 18, 3), conv.Parameters[0].Shape);
    }

    [Fact]
    public void Inputs_that_do_not_fit_are_refused_by_name()
    {
        Conv2d conv = new(3, 4, 5, name: "edges");
        Assert.Contains("edges: takes 3 channels", Assert.Throws<ShapeException>(() => conv.OutputShape(new Shape(1, 8, 8))).Message, StringComparison.Ordinal);
        Assert.Contains("edges: a kernel of 5", Assert.Throws<ShapeException>(() => conv.OutputShape(new Shape(3, 4, 8))).Message, StringComparison.Ordinal);
        Assert.Contains("edges: the input must be", Assert.Throws<ShapeException>(() => conv.OutputShape(new Shape(3, 8))).Message, StringComparison.Ordinal);
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Conv2d(3, 4, 0, stride: 0, groups: 2));
        Assert.Contains("kernel 0, stride 0, padding 0, groups 2", error.Message, StringComparison.Ordinal);
    }
}

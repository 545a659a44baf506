using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Tests.Nn;

public sealed class Pool2dTests
{
    [Theory]
    [InlineData(2, 2, 0)]
    [InlineData(3, 3, 0)]
    [InlineData(3, 2, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(2, 3, 0)]
    public void Pooling_equals_loops(int size, int stride, int padding)
    {
        Shape input = new(2, 7, 5);
        LayerCheck.Forward(new MaxPool2d(size, stride, padding), input, x => Naive.Pool(x[0], 2, 7, 5, size, stride, padding, max: true));
        LayerCheck.Forward(new AvgPool2d(size, stride, padding), input, x => Naive.Pool(x[0], 2, 7, 5, size, stride, padding, max: false));
    }

    [Theory]
    [InlineData(2, 2, 0)]
    [InlineData(3, 2, 1)]
    public void Derivatives_equal_central_differences(int size, int stride, int padding)
    {
        LayerCheck.Derivatives(new MaxPool2d(size, stride, padding), new Shape(2, 5, 5));
        LayerCheck.Derivatives(new AvgPool2d(size, stride, padding), new Shape(2, 5, 5));
    }

    [Fact]
    public void The_stride_is_the_size_unless_given() => Assert.Equal(new Shape(4, 3, 3), new MaxPool2d(2).OutputShape(new Shape(4, 7, 6)));

    [Fact]
    public void Padding_beyond_half_a_window_is_refused() =>
        Assert.Contains("padding 2", Assert.Throws<ArgumentException>(() => new MaxPool2d(3, padding: 2)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_image_smaller_than_the_window_is_refused_by_name() =>
        Assert.Contains("last: a window of 2", Assert.Throws<ShapeException>(() => new MaxPool2d(2, name: "last").OutputShape(new Shape(4, 1, 1))).Message, StringComparison.Ordinal);
}

using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Nn;

public sealed class ConvolutionTests
{
    [Fact]
    public void A_convolution_is_recorded_as_one_product_of_the_weight_and_unfolded_windows()
    {
        Computation model = new Conv2d(2, 3, 3, padding: 1).Trace(new Shape(2, 5, 5));
        Node product = Assert.Single(model.Reachable(), node => node.Op.Name == "matmul");
        Assert.Equal("input", product.Inputs[1].Op.Name);
        List<string> chain = [];
        for (Node node = product.Inputs[0]; node.Inputs.Length > 0; node = node.Inputs[0])
        {
            chain.Add(node.Op.Name);
        }

        Assert.Equal(["reshape", "transpose", "unfold", "unfold", "pad", "transpose"], chain);
    }

    [Fact]
    public void A_transposed_convolution_is_the_derivative_of_the_convolution_with_its_weights()
    {
        ConvTranspose2d up = new(4, 6, (3, 2), (2, 3), (1, 0), groups: 2, bias: false, dilation: (1, 2));
        Shape small = new(4, 3, 2);
        Shape large = up.OutputShape(small);
        Conv2d down = new(6, 4, (3, 2), (2, 3), (1, 0), groups: 2, bias: false, dilation: (1, 2));
        Assert.Equal(small, down.OutputShape(large));
        Assert.Equal(up.Parameters[0].Shape.Sizes, [2, 2, 18]);
        Assert.Equal(down.Parameters[0].Shape.Sizes, [2, 18, 2]);

        double[][] arguments = [Values.Walk(up.ParameterCount), Values.Walk(large.Count, 0.1), Values.Walk(small.Count, 0.2)];
        Computation product = Computation.Trace([up.Parameters[0].Shape, large, small], x => (down.Apply(x[1], x[0].SwapLast()) * x[2]).Sum());
        double[] gradient = Interpreter.Run(product.Grad(1), arguments)[1];
        Assert.InRange(Numeric.RelativeError(Interpreter.Run(up.Trace(small), [arguments[0], arguments[2]])[0], gradient), 0, 1e-13);
    }

    [Fact]
    public void Fans_count_what_meets_an_element()
    {
        Assert.Equal((2 * 27, 4 * 27), Fans(new Conv3d(2, 4, 3)));
        Assert.Equal((9, 9), Fans(new Conv2d(5, 5, 3, groups: 5)));

        // Of a kernel of 4 moved by 2, two elements along each axis reach one output.
        Assert.Equal((3 * 4, 8 * 16), Fans(new ConvTranspose2d(3, 8, 4, stride: 2)));

        static (int In, int Out) Fans(Layer layer) => (layer.Parameters[0].FanIn, layer.Parameters[0].FanOut);
    }

    [Fact]
    public void Numbers_that_do_not_fit_are_refused_all_in_one_message()
    {
        Assert.Contains("kernel (3, 1), stride 1, padding 0, groups 1", Message(() => new Conv1d(2, 2, (3, 1))), StringComparison.Ordinal);
        Assert.Contains("dilation 0, kernel 3, stride -1, padding (1, -1), groups 3", Message(() => new Conv2d(2, 2, 3, -1, (1, -1), groups: 3, dilation: 0)), StringComparison.Ordinal);
        Assert.Contains("output padding 2", Message(() => new ConvTranspose2d(2, 2, 3, stride: 2, outputPadding: 2)), StringComparison.Ordinal);
        Assert.Contains("padding 2", Message(() => new MaxPool1d(3, padding: 2)), StringComparison.Ordinal);
        Assert.Contains("size (2, 2), stride (2, 2)", Message(() => new AvgPool3d((2, 2))), StringComparison.Ordinal);
        Assert.Contains("got (2, 0)", Message(() => new AdaptiveAvgPool2d((2, 0))), StringComparison.Ordinal);
        Assert.Contains("got 0 channels", Message(() => new InstanceNorm(0)), StringComparison.Ordinal);
        Assert.Contains("got [feature 0]", Message(() => new RmsNorm(0)), StringComparison.Ordinal);
        Assert.Contains("epsilon", Message(() => new LayerNorm(new Shape(2, 3), epsilon: 0)), StringComparison.Ordinal);
        Assert.Contains("low must be below high", Message(() => Activation.HardTanh(1, 1)), StringComparison.Ordinal);

        static string Message(Func<object> make) => Assert.Throws<ArgumentException>(make).Message;
    }

    [Fact]
    public void Inputs_that_do_not_fit_are_refused_by_name()
    {
        Refused(new Conv1d(2, 2, 3, name: "ear"), new(3, 9), "ear: takes 2 channels");
        Refused(new Conv3d(2, 2, 3, dilation: 2), new(2, 4, 9, 9), "conv: a kernel of 3 (dilation 2) does not fit");
        Refused(new Conv3d(2, 2, 3), new(2, 4, 9), "[channel, depth, height, width]");
        Refused(new ConvTranspose1d(2, 2, 3), new(3, 9), "convTranspose: takes 2 channels");
        Refused(new ConvTranspose1d(2, 2, 3), new(3), "the input must be [channel, length]");
        Refused(new ConvTranspose1d(2, 2, 1, padding: 2), new(2, 4), "padding 2 cuts everything off");
        Refused(new MaxPool1d(4), new(2, 3), "maxPool: a window of 4");
        Refused(new AvgPool3d(2), new(2, 3), "avgPool: the input must be [channel, depth");
        Refused(new AdaptiveMaxPool2d(2), new(2, 3), "to be pooled to 2; got [2, 3]");
        Refused(new GlobalAvgPool(), new(2), "globalAvgPool: the input must be [channel, …]");
        Refused(new InstanceNorm(3), new(2, 3), "instanceNorm: the input must be [channel 3, axis, …]");
        Refused(new LayerNorm(new Shape(2, 3)), new(3, 2), "layerNorm: the input must end with [2, 3]");
        Refused(new RmsNorm(3), new(3, 2), "rmsNorm: the input must end with [feature 3]");
        Refused(new Softmax(), new(), "softmax: the input must be […, class]");
        Refused(new LogSoftmax(), new(), "logSoftmax: the input must be […, class]");

        static void Refused(Layer layer, Shape input, string message) =>
            Assert.Contains(message, Assert.Throws<ShapeException>(() => layer.OutputShape(input)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Softmax_and_exponential_units_do_not_overflow()
    {
        Assert.Equal([1, 0], Interpreter.Run(new Softmax().Trace(new(2)), [[1000, -1000]])[0]);
        Assert.Equal([0, -2000], Interpreter.Run(new LogSoftmax().Trace(new(2)), [[1000, -1000]])[0]);
        Computation elu = Computation.Trace([new(2)], x => Activation.Elu().Apply(x[0]).Sum());
        Assert.Equal([1, 0], Interpreter.Run(elu.Grad(), [[1000, -1000]])[1]);
    }
}

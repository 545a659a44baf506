using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Nn;

public sealed class LossesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Cross_entropy_is_minus_the_log_of_the_labels_softmax(int label)
    {
        double[] logits = [0.3, -1.2, 2.0, 0.7];
        double expected = Math.Log(logits.Sum(Math.Exp)) - logits[label];
        Assert.Equal(expected, Run(Losses.CrossEntropy, logits, label), 12);
    }

    [Fact]
    public void Cross_entropy_does_not_overflow()
    {
        Assert.Equal(2000, Run(Losses.CrossEntropy, [1000, -1000], 1), 6);
        Assert.Equal(0, Run(Losses.CrossEntropy, [1000, -1000], 0), 6);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(1.5)]
    public void A_label_that_is_no_class_gives_no_finite_loss_and_no_finite_gradient(double label)
    {
        Computation loss = Trace(Losses.CrossEntropy, 4);
        double[][] results = Interpreter.Run(loss.Grad(0), [[0.3, -1.2, 2.0, 0.7], [label]]);
        Assert.False(double.IsFinite(results[0][0]));
        Assert.Contains(results[1], value => !double.IsFinite(value));
    }

    [Fact]
    public void Masked_binary_cross_entropy_is_the_mean_over_what_was_measured_and_pulls_at_nothing_else()
    {
        double[] logits = [0.3, -1.2, 2.0, 0.7], targets = [1, -1, 0, -1];
        double expected = (Math.Log(1 + Math.Exp(-0.3)) + Math.Log(1 + Math.Exp(2.0))) / 2;
        Computation loss = Computation.Trace([new Shape(4), new Shape(4)], arguments => [Losses.MaskedBinaryCrossEntropy(arguments[0], arguments[1])]);
        double[][] results = Interpreter.Run(loss.Grad(0), [logits, targets]);
        Assert.Equal(expected, results[0][0], 12);
        Assert.Equal([((1 / (1 + Math.Exp(-0.3))) - 1) / 2, 0, 1 / (1 + Math.Exp(-2.0)) / 2, 0], results[1], (double a, double b) => Math.Abs(a - b) < 1e-12);
        double[][] nothing = Interpreter.Run(loss.Grad(0), [logits, [-1, -1, -1, -1]]);
        Assert.All([.. nothing[0], .. nothing[1]], value => Assert.Equal(0, value));
    }

    [Fact]
    public void The_gradient_of_cross_entropy_is_softmax_minus_one_hot()
    {
        double[] logits = [0.3, -1.2, 2.0, 0.7];
        double[] gradient = Interpreter.Run(Trace(Losses.CrossEntropy, 4).Grad(0), [logits, [3]])[1];
        double sum = logits.Sum(Math.Exp);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal((Math.Exp(logits[i]) / sum) - (i == 3 ? 1 : 0), gradient[i], 12);
        }
    }

    [Theory]
    [InlineData(0.7, 1)]
    [InlineData(-2.0, 0)]
    [InlineData(0.0, 0.25)]
    public void Binary_cross_entropy_is_the_negative_log_likelihood(double logit, double target)
    {
        double p = 1 / (1 + Math.Exp(-logit));
        double expected = -(target * Math.Log(p)) - ((1 - target) * Math.Log(1 - p));
        Assert.Equal(expected, Run(Losses.BinaryCrossEntropy, [logit], target), 12);
        Computation loss = Trace(Losses.BinaryCrossEntropy, 1);
        Assert.Equal(p - target, Interpreter.Run(loss.Grad(0), [[logit], [target]])[1][0], 12);
    }

    [Fact]
    public void Binary_cross_entropy_does_not_overflow()
    {
        Assert.Equal(800, Run(Losses.BinaryCrossEntropy, [800], 0), 9);
        Assert.Equal(800, Run(Losses.BinaryCrossEntropy, [-800], 1), 9);
    }

    [Fact]
    public void Mean_squared_error_is_the_mean_of_squares() => Assert.Equal(2.25, Run(Losses.MeanSquaredError, [2.0], 0.5), 12);

    [Fact]
    public void Every_loss_has_the_derivatives_of_central_differences_to_second_order()
    {
        foreach ((Loss loss, int width, double target) in new[] { (Loss.CrossEntropy, 4, 2.0), (Loss.BinaryCrossEntropy, 1, 0.3), (Loss.MeanSquaredError, 1, 0.3) })
        {
            double[][] arguments = [Values.Walk(width), [target]];
            Computation value = Trace(loss.Value, width);
            Assert.InRange(Numeric.RelativeError(Interpreter.Run(value.Grad(0), arguments)[1], Numeric.Gradient(value, arguments, 0, 1e-3)), 0, 1e-8);
            Computation slope = Computation.Trace([new(width), Shape.Scalar], x => (value.Grad(0).Call(x)[1] * x[0].Iota(width)).Sum() + value.Grad(0).Call(x)[1].Sum());
            Assert.InRange(Numeric.RelativeError(Interpreter.Run(slope.Grad(0), arguments)[1], Numeric.Gradient(slope, arguments, 0, 1e-3)), 0, 1e-8);
        }
    }

    [Fact]
    public void Accuracy_takes_the_first_of_equal_logits_and_never_logits_that_are_not_finite()
    {
        Assert.Equal(1, Run(Metrics.Accuracy, [0, 3, 1], 1));
        Assert.Equal(0, Run(Metrics.Accuracy, [0, 3, 1], 2));
        Assert.Equal(1, Run(Metrics.Accuracy, [2, 2, 2], 0));
        Assert.Equal(0, Run(Metrics.Accuracy, [2, 2, 2], 1));
        Assert.Equal(0, Run(Metrics.Accuracy, [double.NaN, double.NaN, double.NaN], 0));
        Assert.Equal(0, Run(Metrics.Accuracy, [double.PositiveInfinity, 0, 0], 0));
    }

    [Fact]
    public void Logits_that_are_no_vector_are_refused()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Computation.Trace([new(2, 3), Shape.Scalar], x => Losses.CrossEntropy(x[0], x[1])));
        Assert.Contains("CrossEntropy", error.Message, StringComparison.Ordinal);
    }

    private static Computation Trace(Func<Tensor, Tensor, Tensor> loss, int width) => Computation.Trace([new(width), Shape.Scalar], x => loss(x[0], x[1]));

    private static double Run(Func<Tensor, Tensor, Tensor> loss, double[] output, double target) =>
        Interpreter.Run(Trace(loss, output.Length), [output, [target]])[0][0];
}

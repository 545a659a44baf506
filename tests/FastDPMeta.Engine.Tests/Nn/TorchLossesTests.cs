using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Nn;

public sealed class TorchLossesTests
{
    private static readonly float[] Weights = [0.5f, 2, 1, 0.25f];
    private static readonly double[] Labels = [1, -100, 3, 0, -100];
    private static readonly double[] Target = TorchFigures.Walk(6, 5);
    private static readonly CrossEntropyOptions Everything = new() { LabelSmoothing = 0.2, ClassWeights = Weights, IgnoredIndex = -100 };

    private static readonly Dictionary<string, (Func<Tensor, Tensor, Tensor> Loss, Shape Output, double[] Target)> Cases = new()
    {
        ["cross-entropy"] = (Losses.CrossEntropy, new(4), [2]),
        ["cross-entropy smoothed"] = (Loss.CrossEntropyWith(new() { LabelSmoothing = 0.1 }).Value, new(4), [2]),
        ["cross-entropy weighted"] = (Loss.CrossEntropyWith(new() { ClassWeights = Weights }).Value, new(4), [2]),
        ["cross-entropy weighted and smoothed"] = (Loss.CrossEntropyWith(Everything).Value, new(4), [2]),
        ["sequence"] = (Loss.SequenceCrossEntropy(new() { IgnoredIndex = -100 }).Value, new(5, 4), Labels),
        ["sequence weighted and smoothed"] = (Loss.SequenceCrossEntropy(Everything).Value, new(5, 4), Labels),
        ["binary cross-entropy"] = (Losses.BinaryCrossEntropy, new(6), [.. Target.Select(value => value > 0 ? 1.0 : 0)]),
        ["mean squared error"] = (Losses.MeanSquaredError, new(6), Target),
        ["mean absolute error"] = (Loss.MeanAbsoluteError.Value, new(6), Target),
        ["huber"] = (Loss.Huber(0.7).Value, new(6), Target),
        ["smooth l1"] = (Loss.SmoothL1(0.7).Value, new(6), Target),
    };

    public static TheoryData<string> Names => [.. TorchFigures.Names("losses")];

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_and_gradients_equal_those_of_PyTorch(string name)
    {
        (Computation loss, double[][] arguments) = Trace(name);
        (double[] output, double[][] gradients) = TorchFigures.Case("losses", name);
        double[][] actual = Interpreter.Run(loss.Grad(0), arguments);
        Assert.InRange(Numeric.RelativeError(actual[0], output), 0, 1e-11);

        // The script weighs the one output with sin 0.4.
        Assert.InRange(Numeric.RelativeError([.. actual[1].Select(value => value * Math.Sin(0.4))], gradients[0]), 0, 1e-11);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void First_and_second_derivatives_equal_central_differences(string name)
    {
        (Computation loss, double[][] arguments) = Trace(name);
        Computation slope = Computation.Trace(
            [Cases[name].Output, new(arguments[1].Length)], x => (loss.Grad(0).Call(x)[1] is var g ? (g * g.Literal(g.Shape, Phases(g.Shape.Count))).Sum() : default));
        foreach (Computation scalar in new[] { loss, slope })
        {
            double[] actual = Interpreter.Run(scalar.Grad(0), arguments)[1];
            Assert.InRange(Numeric.RelativeError(actual, Numeric.Gradient(scalar, arguments, 0, 1e-3)), 0, 1e-6);
        }
    }

    [Fact]
    public void An_example_whose_positions_are_all_ignored_gives_nothing_whatever_its_logits_are()
    {
        Computation loss = Computation.Trace([new(2, 3), new(2)], x => Losses.SequenceCrossEntropy(x[0], x[1], new() { IgnoredIndex = -1 }));
        double[][] results = Interpreter.Run(loss.Grad(0), [[1, 2, double.PositiveInfinity, double.NaN, 5, 6], [-1, -1]]);
        Assert.Equal([0], results[0]);
        Assert.Equal(new double[6], results[1]);
        Computation one = Computation.Trace([new(3), Shape.Scalar], x => Losses.CrossEntropy(x[0], x[1], new() { IgnoredIndex = 2, LabelSmoothing = 0.1 }));
        Assert.Equal([0, 0, 0, 0], Interpreter.Run(one.Grad(0), [[1, 2, 3], [2]]).SelectMany(result => result));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void A_label_that_is_neither_a_class_nor_ignored_gives_no_finite_loss(double label)
    {
        Computation loss = Computation.Trace([new(2, 4), new(2)], x => Losses.SequenceCrossEntropy(x[0], x[1], Everything));
        Assert.False(double.IsFinite(Interpreter.Run(loss, [TorchFigures.Walk(8, 0), [label, -100]])[0][0]));
    }

    [Fact]
    public void The_private_sum_counts_an_ignored_example_and_adds_nothing_for_it()
    {
        Computation unit = Computation.Trace(
            [new(3, 4), new(2, 3), new(2)], x => Losses.SequenceCrossEntropy(x[1].MatMul(x[0]), x[2], new() { IgnoredIndex = -1 }));
        double[] weights = TorchFigures.Walk(12, 0);
        double[] inputs = TorchFigures.Walk(12, 1);
        double[][] both = Interpreter.Run(unit.PerExample("example", 2, 1).Clip(0.01).Sum(), [weights, inputs, [1, -1, -1, -1], [1, 1]]);
        double[][] first = Interpreter.Run(unit.PerExample("example", 2, 1).Clip(0.01).Sum(), [weights, inputs, [1, -1, -1, -1], [1, 0]]);
        Assert.Equal(first[0], both[0]);
        Assert.Equal(first[1], both[1]);
        Assert.Equal([2, 1, 0], [both[2][0], both[3][0], both[4][0]]);
        Assert.Contains(both[0], value => value != 0);
    }

    [Fact]
    public void Sequence_accuracy_is_over_the_positions_that_count()
    {
        double[] logits = [0, 1, 2, 5, 1, 1, 0, 3, 3, 9, 0, 0];

        // Of the third row's equal largest logits the first counts.
        Assert.Equal(0.5, Accuracy(logits, [2, 0, 2, 1], null), 12);
        Assert.Equal(0.75, Accuracy(logits, [2, 0, 1, 1], null), 12);
        Assert.Equal(1.0, Accuracy(logits, [2, 0, 7, 7], 7), 12);
        Assert.Equal(0.0, Accuracy(logits, [7, 7, 7, 7], 7), 12);
        Assert.Equal(0.5, Accuracy(logits, [2, 1, 7, 7], 7), 12);
    }

    [Fact]
    public void Shapes_and_numbers_that_do_not_fit_are_refused()
    {
        Assert.Contains("[position, class] and a label for each position; got [5, 4] and [3]", Refused(x => Losses.SequenceCrossEntropy(x[0], x[1])), StringComparison.Ordinal);
        Assert.Contains("4 classes, 2 class weights", Refused(x => Losses.SequenceCrossEntropy(x[0], x[2], new() { ClassWeights = [1, 1] })), StringComparison.Ordinal);
        Assert.Contains("takes logits [class] and one label", Refused(x => Losses.CrossEntropy(x[0], x[2], new())), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Trace(x => Losses.SequenceCrossEntropy(x[0], x[2], new() { LabelSmoothing = 1 })));
        Assert.Throws<ArgumentException>(() => Trace(x => Losses.SequenceCrossEntropy(x[0], x[2], new() { ClassWeights = [1, 1, float.NaN, 1] })));
        Assert.Throws<ArgumentOutOfRangeException>(() => Trace(x => Losses.Huber(x[0], x[0], 0)));

        static Computation Trace(Func<Tensor[], Tensor> loss) => Computation.Trace([new(5, 4), new(3), new(5)], loss);
        static string Refused(Func<Tensor[], Tensor> loss) => Assert.Throws<ShapeException>(() => Trace(loss)).Message;
    }

    private static double Accuracy(double[] logits, double[] labels, int? ignored) => Interpreter.Run(
        Computation.Trace([new(4, 3), new(4)], x => Metrics.SequenceAccuracy(x[0], x[1], ignored)), [logits, labels])[0][0];

    private static (Computation Loss, double[][] Arguments) Trace(string name)
    {
        (Func<Tensor, Tensor, Tensor> loss, Shape output, double[] target) = Cases[name];
        return (Computation.Trace([output, new(target.Length)], x => loss(x[0], x[1])), [TorchFigures.Walk(output.Count, 0, 1.8), target]);
    }

    private static float[] Phases(int count) => [.. Enumerable.Range(0, count).Select(i => (float)Math.Sin(0.9 + (1.7 * i)))];
}

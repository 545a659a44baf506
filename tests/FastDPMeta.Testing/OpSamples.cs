using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Testing;

/// <summary>Uses of every op, for the conformance suites: derivatives, batching, backends.</summary>
public static class OpSamples
{
    private static readonly Shape Matrix = new(3, 4);

    /// <summary>Every sample. A test fails when an op of the engine has none.</summary>
    public static IReadOnlyList<OpSample> All { get; } =
    [
        // 1. Maps
        new("neg", [Matrix], x => -x[0]),
        new("exp", [Matrix], x => x[0].Exp()),
        new("log", [Matrix], x => x[0].Log(), 0.3, 3),
        new("sqrt", [Matrix], x => x[0].Sqrt(), 0.3, 3),
        new("rsqrt", [Matrix], x => x[0].Rsqrt(), 0.3, 3),
        new("tanh", [Matrix], x => x[0].Tanh()),
        new("sigmoid", [Matrix], x => x[0].Sigmoid()),
        new("erf", [Matrix], x => x[0].Erf()),
        new("add", [Matrix, Matrix], x => x[0] + x[1]),
        new("add broadcast", [Matrix, new(4)], x => x[0] + x[1]),
        new("sub", [Matrix, Matrix], x => x[0] - x[1]),
        new("mul", [Matrix, Matrix], x => x[0] * x[1]),
        new("mul broadcast", [new(3, 1), new(2, 1, 4)], x => x[0] * x[1]),
        new("div", [Matrix, Matrix], x => x[0] / x[1], 0.5, 2),
        new("max", [Matrix, Matrix], x => Tensor.Max(x[0], x[1])),
        new("min", [Matrix, Matrix], x => Tensor.Min(x[0], x[1])),
        new("less", [Matrix, Matrix, Matrix], x => (x[0] < x[1]) * x[2]),
        new("select", [Matrix, Matrix, Matrix], x => Tensor.Select(x[0] > 0, x[1] * x[1], x[2].Exp())),
        new("relu", [Matrix], x => x[0].Relu()),
        new("constant", [Matrix], x => 2.5 - (x[0] * 3)),
        new("literal", [Matrix], x => x[0] * x[0].Literal(new Shape(4), 1, -2, 3, 0.5f)),

        // 2. Reductions
        new("sum all", [Matrix], x => x[0].Square().Sum()),
        new("sum rows", [new(3, 4, 2)], x => x[0].Square().Sum(1)),
        new("sum outer and inner", [new(3, 4, 2)], x => x[0].Square().Sum(0, 2)),
        new("mean", [Matrix], x => x[0].Square().Mean(-1)),
        new("maxOver all", [Matrix], x => x[0].MaxOver()),
        new("maxOver last", [new(3, 4, 2)], x => x[0].Square().MaxOver(1, 2)),

        // 3. Moves
        new("reshape", [Matrix], x => x[0].Reshape(2, 6).Square()),
        new("transpose", [new(2, 3, 4)], x => x[0].Transpose(2, 0, 1).Square()),
        new("broadcast", [Matrix], x => x[0].BroadcastAt(1, 5).Square()),
        new("flip", [new(2, 3, 4)], x => x[0].Flip(0, 2).Square()),
        new("flip reshaped", [new(2, 3, 4)], x => x[0].Flip(1).Transpose(1, 0, 2).Reshape(3, 8).Flip(0).Square()),
        new("slice", [Matrix], x => x[0].Slice(1, 1, 2).Square()),
        new("pad", [Matrix], x => x[0].Pad(1, 2, 1, 0.5).Square()),
        new("concatenate", [Matrix, new(3, 2)], x => Tensor.Concatenate(1, x[0], x[1]).Square()),
        new("unfold", [new(2, 7, 3)], x => x[0].Unfold(1, 3, 2).Square()),
        new("unfold dilated", [new(9)], x => x[0].Unfold(0, 3, 1, 2).Square()),
        new("fold", [new(2, 3, 3, 3)], x => x[0].Fold(1, 3, 2, 1, 8).Square()),
        new("fold overlapping", [new(4, 3)], x => x[0].Fold(0, 3, 1, 1, 6).Square()),

        // 4. Contractions
        new("matmul", [new(3, 4), new(4, 2)], x => x[0].MatMul(x[1])),
        new("matmul batched", [new(2, 3, 4), new(2, 4, 2)], x => x[0].MatMul(x[1]).Tanh()),
        new("matmul shared right", [new(2, 3, 4), new(4, 2)], x => x[0].MatMul(x[1]).Tanh()),
        new("matmul transposed", [new(4, 3), new(2, 4)], x => x[0].SwapLast().MatMul(x[1].SwapLast())),
        new("padded convolution", [new(2, 5, 6, 3), new(27, 4)], x => Padded(x[0].Tanh(), x[1]).Tanh()),
        new("convolution", [new(2, 6, 6), new(3, 2, 3, 3)], x => Convolve(x[0], x[1]).Tanh()),

        // 5. Indices
        new("gather", [new(5, 3), new(4)], x => x[0].Square().Gather(x[1]), WholeNumbers: new() { [1] = 5 }),
        new("gather batched", [new(2, 5, 3), new(2, 4)], x => x[0].Square().Gather(x[1]), WholeNumbers: new() { [1] = 5 }),
        new("scatterAdd", [new(6), new(6, 2)], x => x[0].ScatterAdd(x[1].Square(), 4), WholeNumbers: new() { [0] = 4 }),
        new("rowGroups", [new(6), new(6)], x => x[0].Add(new RowGroupsOp(4)) * x[1].Exp(), WholeNumbers: new() { [0] = 5 }),

        // 6. Control of derivatives, noise, recurrence
        new("stopGradient", [Matrix], x => (x[0].Exp() * 0.5).StopGradient() * 1.0),
        new("gaussian", [new(10), Matrix], x => x[0].Gaussian(3, Matrix) * x[1].Exp(), WholeNumbers: new() { [0] = 1 << 20 }),
        new("scan sum", [new(3), new(5, 3)], x => Scan.Run(x[..1], x[1..], [], (carry, item, _) => ([(carry[0] * 0.5) + item[0].Tanh()], [carry[0] * item[0]])).Results[0]),
        new("scan recurrent", [new(1, 3), new(6, 1, 2), new(2, 3), new(3, 3)], x => Scan.Run(
            x[..1],
            x[1..2],
            x[2..],
            (carry, item, weights) =>
            {
                Tensor next = (item[0].MatMul(weights[0]) + carry[0].MatMul(weights[1])).Tanh();
                return ([next], [next.Square()]);
            }) is var run ? run.Results[0].Sum(0) + run.Carries[0] : default),
        new("scan reverse", [new(2), new(4, 2), new(2)], x => Scan.Run(
            x[..1], x[1..2], x[2..], (carry, item, weights) => ([(carry[0] * weights[0]).Sigmoid() + item[0]], [carry[0]]), reverse: true).Carries[0]),
    ];

    /// <summary>A convolution of [channels, height, width] with [filters, channels, 3, 3].</summary>
    public static Tensor Convolve(Tensor image, Tensor filters)
    {
        Tensor windows = image.Unfold(1, filters.Shape[2]).Unfold(2, filters.Shape[3]);
        int positions = windows.Shape[1] * windows.Shape[2];
        int inner = windows.Shape[0] * windows.Shape[3] * windows.Shape[4];
        Tensor columns = windows.Transpose(1, 2, 0, 3, 4).Reshape(positions, inner);
        return columns.MatMul(filters.Reshape(filters.Shape[0], inner).SwapLast());
    }

    /// <summary>A convolution of [image, height, width, channel] with [3·3·channel, filter] that keeps height and width.</summary>
    private static Tensor Padded(Tensor images, Tensor weight)
    {
        Shape shape = images.Shape;
        Tensor windows = images.Pad(1, 1, 1).Pad(2, 1, 1).Unfold(1, 3).Unfold(2, 3).MoveAxis(3, 5);
        return windows.Reshape(shape[0] * shape[1] * shape[2], 9 * shape[3]).MatMul(weight).Reshape(shape[0], shape[1], shape[2], weight.Shape[1]);
    }

    /// <summary>Names of the ops that some sample uses, found in their traces.</summary>
    public static IReadOnlySet<Type> Covered() => All
        .SelectMany(sample => Computation.Trace(sample.Shapes, sample.Function).Reachable().Select(node => node.Op.GetType()))
        .ToHashSet();
}

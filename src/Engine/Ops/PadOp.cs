using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Ops;

/// <summary>Surrounds the input: along axis i <paramref name="Before"/>[i] and <paramref name="After"/>[i] elements of <paramref name="Value"/>.</summary>
internal sealed record PadOp(EquatableArray<int> Before, EquatableArray<int> After, double Value) : Op
{
    public override string Name => "pad";

    public override string Describe() => FormattableString.Invariant($"pad {Before}+{After} with {Value}");

    public override Shape Infer(ReadOnlySpan<Node> inputs)
    {
        Shape shape = inputs[0].Shape;
        if (Before.Count != shape.Rank || After.Count != shape.Rank || Before.Any(count => count < 0) || After.Any(count => count < 0))
        {
            throw new ShapeException($"Pad: {Before} before and {After} after must give a count of at least 0 for each axis of {shape}.");
        }

        return new Shape([.. Enumerable.Range(0, shape.Rank).Select(axis => new Axis(shape[axis] + Before[axis] + After[axis], shape.Label(axis)))]);
    }

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node)
    {
        int[] strides = node.Shape.Strides();
        int start = Before.Select((value, axis) => value * strides[axis]).Sum();
        double[] result = new double[node.Shape.Count];
        Array.Fill(result, Value);
        double[] x = inputs[0];
        AxisLists.ForEach(node.Inputs[0].Shape, strides, (from, to) => result[start + to] = x[from]);
        return result;
    }

    public override Tensor?[] Vjp(VjpContext context) => [context.G.Add(new SliceOp(Before, context.X[0].Shape.Sizes))];

    public override RowFlow FollowRows(RowFlowContext context) =>
        context.KeepIf(Before[context.First.Axis] == 0 && After[context.First.Axis] == 0, "it moves rows along their axis, so that they may meet others. Use a mask");

    public override Tensor Vmap(VmapContext context) => context.Inputs[0].Add(new PadOp([0, .. Before], [0, .. After], Value));

    public override void Lower(Lowering lowering, Node node)
    {
        View result = lowering.Result(node);
        if (node.Shape.Count > node.Inputs[0].Shape.Count)
        {
            lowering.Fill(node.Shape, result, (float)Value);
        }

        long start = 0;
        for (int axis = 0; axis < node.Shape.Rank; axis++)
        {
            start += (long)Before[axis] * result.Strides[axis];
        }

        lowering.Write(node.Inputs[0], result with { Place = result.Place.Plus(start) });
    }
}

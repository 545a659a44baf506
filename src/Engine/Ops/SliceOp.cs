using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Ops;

/// <summary>A block: <paramref name="Counts"/>[i] elements from <paramref name="Starts"/>[i] along every axis i.</summary>
internal sealed record SliceOp(EquatableArray<int> Starts, EquatableArray<int> Counts) : Op
{
    public override string Name => "slice";

    public override string Describe() => $"slice {Starts}+{Counts}";

    public override Shape Infer(ReadOnlySpan<Node> inputs)
    {
        Shape shape = inputs[0].Shape;
        bool fits = Starts.Count == shape.Rank && Counts.Count == shape.Rank;
        for (int axis = 0; fits && axis < shape.Rank; axis++)
        {
            fits = Starts[axis] >= 0 && Counts[axis] >= 0 && Starts[axis] + Counts[axis] <= shape[axis];
        }

        if (!fits)
        {
            throw new ShapeException($"Slice: a block of {Counts} from {Starts} leaves {shape}.");
        }

        return new Shape([.. Enumerable.Range(0, shape.Rank).Select(axis => new Axis(Counts[axis], shape.Label(axis)))]);
    }

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node)
    {
        int[] strides = node.Inputs[0].Shape.Strides();
        int start = Starts.Select((value, axis) => value * strides[axis]).Sum();
        double[] result = new double[node.Shape.Count];
        double[] x = inputs[0];
        AxisLists.ForEach(node.Shape, strides, (to, from) => result[to] = x[start + from]);
        return result;
    }

    public override Tensor?[] Vjp(VjpContext context)
    {
        Shape shape = context.X[0].Shape;
        EquatableArray<int> after = Enumerable.Range(0, shape.Rank).Select(axis => shape[axis] - Starts[axis] - Counts[axis]).ToEquatableArray();
        return [context.G.Add(new PadOp(Starts, after, 0))];
    }

    public override RowFlow FollowRows(RowFlowContext context) =>
        context.KeepIf(Counts[context.First.Axis] == context.Node.Inputs[0].Shape[context.First.Axis], "it cuts some rows out, so that they may meet others. Use a mask");

    public override Tensor Vmap(VmapContext context) =>
        context.Inputs[0].Add(new SliceOp([0, .. Starts], [context.Batch.Size, .. Counts]));

    public override bool IsMove => true;

    public override IndexMap? Through(IndexMap map, Node node, Domain domain) => map.Shift(Starts.Span);
}

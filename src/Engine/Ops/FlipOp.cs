using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Ops;

/// <summary>Elements in the opposite order along <paramref name="Axes"/> (ascending).</summary>
internal sealed record FlipOp(EquatableArray<int> Axes) : Op
{
    public override string Name => "flip";

    public override string Describe() => $"flip {Axes}";

    public override Shape Infer(ReadOnlySpan<Node> inputs)
    {
        int rank = inputs[0].Shape.Rank;
        return Axes.All(axis => axis >= 0 && axis < rank) && Axes.Distinct().Count() == Axes.Count
            ? inputs[0].Shape
            : throw new ShapeException($"Flip: the axes {Axes} must be different axes of {inputs[0].Shape}.");
    }

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node)
    {
        int[] strides = node.Shape.Strides();
        int start = 0;
        foreach (int axis in Axes)
        {
            start += strides[axis] * Math.Max(0, node.Shape[axis] - 1);
            strides[axis] = -strides[axis];
        }

        double[] result = new double[node.Shape.Count];
        double[] x = inputs[0];
        AxisLists.ForEach(node.Shape, strides, (to, from) => result[to] = x[start + from]);
        return result;
    }

    public override Tensor?[] Vjp(VjpContext context) => [context.G.Add(this)];

    public override RowFlow FollowRows(RowFlowContext context) =>
        context.KeepIf(!Axes.Contains(context.First.Axis), "it moves rows along their axis, so that they may meet others. Flip inside one row");

    public override Tensor Vmap(VmapContext context) => context.Inputs[0].Add(new FlipOp(AxisLists.Shift(Axes)));

    public override bool IsMove => true;

    public override IndexMap? Through(IndexMap map, Node node, Domain domain) => map.Flip(Axes, node.Shape);
}

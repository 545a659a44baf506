using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Ops;

/// <summary>Maximum over <paramref name="Axes"/> (ascending), which disappear; equal maxima share the derivative equally.</summary>
internal sealed record MaxOverOp(EquatableArray<int> Axes) : Op
{
    public override string Name => "maxOver";

    public override string Describe() => $"maxOver {Axes}";

    public override Shape Infer(ReadOnlySpan<Node> inputs) => AxisLists.Without(Name, inputs[0].Shape, Axes);

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node)
    {
        double[] result = new double[node.Shape.Count];
        Array.Fill(result, double.NegativeInfinity);
        double[] x = inputs[0];
        AxisLists.ForEachReduced(node.Inputs[0].Shape, Axes, (from, to) => result[to] = Math.Max(result[to], x[from]));
        return result;
    }

    public override Tensor?[] Vjp(VjpContext context)
    {
        Tensor x = context.X[0];
        Tensor mask = 1.0 - (x < AxisLists.Restore(context.Y, x.Shape, Axes));
        Tensor share = context.G / mask.Sum(Axes.Span);
        return [mask * AxisLists.Restore(share, x.Shape, Axes)];
    }

    public override RowFlow FollowRows(RowFlowContext context) => Axes.Contains(context.First.Axis)
        ? RowFlow.Mixed("it takes the largest of all rows. Take it inside one row")
        : context.On(AxisLists.Behind(Axes, context.First.Axis));

    public override Tensor Vmap(VmapContext context) => context.Inputs[0].Add(new MaxOverOp(AxisLists.Shift(Axes)));

    public override void Lower(Lowering lowering, Node node) => ReduceLowering.Lower(lowering, node, Axes, ReduceKind.Max);
}

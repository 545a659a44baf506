using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Ops;

/// <summary>Sum over <paramref name="Axes"/> (ascending), which disappear.</summary>
internal sealed record SumOp(EquatableArray<int> Axes) : Op
{
    public override string Name => "sum";

    public override string Describe() => $"sum {Axes}";

    public override Shape Infer(ReadOnlySpan<Node> inputs) => AxisLists.Without(Name, inputs[0].Shape, Axes);

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node)
    {
        double[] result = new double[node.Shape.Count];
        double[] x = inputs[0];
        AxisLists.ForEachReduced(node.Inputs[0].Shape, Axes, (from, to) => result[to] += x[from]);
        return result;
    }

    public override Tensor?[] Vjp(VjpContext context) => [AxisLists.Restore(context.G, context.X[0].Shape, Axes)];

    public override RowFlow FollowRows(RowFlowContext context) => Axes.Contains(context.First.Axis) ? RowFlow.Summed : context.On(AxisLists.Behind(Axes, context.First.Axis));

    public override Tensor Vmap(VmapContext context) => context.Inputs[0].Add(new SumOp(AxisLists.Shift(Axes)));

    public override void Lower(Lowering lowering, Node node) => ReduceLowering.Lower(lowering, node, Axes, ReduceKind.Sum);
}

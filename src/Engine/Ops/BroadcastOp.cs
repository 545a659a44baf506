using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Ops;

/// <summary>
/// Repeats the input along new axes: the result has an axis of size <paramref name="Sizes"/>[i] at place <paramref name="Axes"/>[i]
/// (ascending places in the result), the input's axes keep their order around them.
/// </summary>
internal sealed record BroadcastOp(EquatableArray<int> Axes, EquatableArray<int> Sizes, EquatableArray<string> Labels) : Op
{
    public override string Name => "broadcast";

    public override string Describe() => $"broadcast {Axes}";

    public override Shape Infer(ReadOnlySpan<Node> inputs)
    {
        Shape shape = inputs[0].Shape;
        for (int i = 0; i < Axes.Count; i++)
        {
            if (Axes[i] > shape.Rank || Axes[i] < 0)
            {
                throw new ShapeException($"Broadcast: place {Axes[i]} does not exist in {shape}.");
            }

            shape = shape.Insert(Axes[i], new Axis(Sizes[i], Labels[i].Length == 0 ? null : Labels[i]));
        }

        return shape;
    }

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node)
    {
        double[] result = new double[node.Shape.Count];
        double[] x = inputs[0];
        AxisLists.ForEachReduced(node.Shape, Axes, (to, from) => result[to] = x[from]);
        return result;
    }

    public override Tensor?[] Vjp(VjpContext context) => [context.G.Sum(Axes.Span)];

    public override RowFlow FollowRows(RowFlowContext context)
    {
        EquatableArray<int> axes = Axes;
        return context.On(Enumerable.Range(0, context.Node.Shape.Rank).Where(axis => !axes.Contains(axis)).ElementAt(context.First.Axis));
    }

    public override Tensor Vmap(VmapContext context) => context.Inputs[0].Add(new BroadcastOp(AxisLists.Shift(Axes), Sizes, Labels));

    // Labels only decorate: two broadcasts that differ in them are the same op.
    public bool Equals(BroadcastOp? other) => other is not null && Axes == other.Axes && Sizes == other.Sizes;

    public override int GetHashCode() => HashCode.Combine(Axes, Sizes);

    public override bool IsMove => true;

    public override IndexMap? Through(IndexMap map, Node node, Domain domain) => map.Select([.. Enumerable.Range(0, map.Rank).Where(axis => !Axes.Contains(axis))]);
}

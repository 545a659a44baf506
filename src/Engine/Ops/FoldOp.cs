using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Engine.Ops;

/// <summary>The adjoint of <see cref="UnfoldOp"/>: windows (last axis) laid back along <paramref name="Axis"/> and added where they overlap.</summary>
internal sealed record FoldOp(int Axis, int Size, int Step, int Dilation, int Length) : Op
{
    public override string Name => "fold";

    public override string Describe() => $"fold axis {Axis} size {Size} step {Step} dilation {Dilation} length {Length}";

    public override Shape Infer(ReadOnlySpan<Node> inputs)
    {
        Shape shape = inputs[0].Shape;
        if (shape.Rank < 2 || Axis < 0 || Axis >= shape.Rank - 1 || shape[-1] != Size || new UnfoldOp(Axis, Size, Step, Dilation).Windows(Length) != shape[Axis])
        {
            throw new ShapeException(
                $"Fold: {shape} must hold, along axis {Axis}, the windows that fit into {Length} elements, and their {Size} elements in the last axis.");
        }

        return shape.Remove(shape.Rank - 1).With(Axis, new Axis(Length, shape.Label(Axis)));
    }

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node)
    {
        int[] own = node.Shape.Strides();
        int[] strides = [.. own, own[Axis] * Dilation];
        strides[Axis] = own[Axis] * Step;
        double[] result = new double[node.Shape.Count];
        double[] x = inputs[0];
        AxisLists.ForEach(node.Inputs[0].Shape, strides, (from, to) => result[to] += x[from]);
        return result;
    }

    public override Tensor?[] Vjp(VjpContext context) => [context.G.Unfold(Axis, Size, Step, Dilation)];

    public override RowFlow FollowRows(RowFlowContext context) => context.KeepIf(
        context.First.Axis != Axis && context.First.Axis != context.Node.Inputs[0].Shape.Rank - 1, "it adds windows of several rows. Slide along an axis inside one row");

    public override Tensor Vmap(VmapContext context) => context.Inputs[0].Add(this with { Axis = Axis + 1 });

    public override void Lower(Lowering lowering, Node node) => FoldLowering.Lower(lowering, node, this);
}

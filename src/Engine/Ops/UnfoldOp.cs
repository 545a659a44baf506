using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Engine.Ops;

/// <summary>
/// Sliding windows along <paramref name="Axis"/>: <c>y[…, o, …, k] = x[…, o·Step + k·Dilation, …]</c>, windows' elements as a new last axis.
/// Convolution is a matrix product with two of them; <see cref="FoldOp"/> is the adjoint.
/// </summary>
internal sealed record UnfoldOp(int Axis, int Size, int Step, int Dilation) : Op
{
    public override string Name => "unfold";

    public override string Describe() => $"unfold axis {Axis} size {Size} step {Step} dilation {Dilation}";

    /// <summary>Number of windows that fit into <paramref name="length"/> elements.</summary>
    public int Windows(int length) => ((length - ((Size - 1) * Dilation) - 1) / Step) + 1;

    public override Shape Infer(ReadOnlySpan<Node> inputs)
    {
        Shape shape = inputs[0].Shape;
        if (Axis < 0 || Axis >= shape.Rank || Size < 1 || Step < 1 || Dilation < 1 || ((Size - 1) * Dilation) + 1 > shape[Axis])
        {
            throw new ShapeException(
                $"Unfold: a window of {Size} elements {Dilation} apart, moved by {Step}, must fit into axis {Axis} of {shape}. Pad the input or take a smaller window.");
        }

        return shape.With(Axis, new Axis(Windows(shape[Axis]), shape.Label(Axis))).Insert(shape.Rank, Size);
    }

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node)
    {
        int[] own = node.Inputs[0].Shape.Strides();
        int[] strides = [.. own, own[Axis] * Dilation];
        strides[Axis] = own[Axis] * Step;
        double[] result = new double[node.Shape.Count];
        double[] x = inputs[0];
        AxisLists.ForEach(node.Shape, strides, (to, from) => result[to] = x[from]);
        return result;
    }

    public override Tensor?[] Vjp(VjpContext context) => [context.G.Fold(Axis, Size, Step, Dilation, context.X[0].Shape[Axis])];

    public override RowFlow FollowRows(RowFlowContext context) => context.KeepIf(context.First.Axis != Axis, "its windows reach over several rows. Slide along an axis inside one row");

    public override Tensor Vmap(VmapContext context) => context.Inputs[0].Add(this with { Axis = Axis + 1 });

    public override bool IsMove => true;

    public override IndexMap? Through(IndexMap map, Node node, Domain domain) => map.Window(Axis, Step, Dilation);
}

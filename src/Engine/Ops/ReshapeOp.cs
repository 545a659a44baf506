using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Engine.Ops;

/// <summary>The same elements in the same row-major order, under other axes.</summary>
internal sealed record ReshapeOp(Shape Target) : Op
{
    public override string Name => "reshape";

    public override Shape Infer(ReadOnlySpan<Node> inputs) => inputs[0].Shape.Count == Target.Count
        ? Target
        : throw new ShapeException(
            $"Reshape: {inputs[0].Shape} has {inputs[0].Shape.Count} elements, {Target} has {Target.Count}. Give axes whose product is the same.");

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node) => inputs[0];

    public override Tensor?[] Vjp(VjpContext context) => [context.G.Reshape(context.X[0].Shape)];

    public override RowFlow FollowRows(RowFlowContext context)
    {
        Shape from = context.Node.Inputs[0].Shape;
        RowFlowPlace place = context.First;
        int outer = place.Outer;
        int inner = place.Inner;
        for (int axis = 0; axis < from.Rank; axis++)
        {
            outer *= axis < place.Axis ? from[axis] : 1;
            inner *= axis > place.Axis ? from[axis] : 1;
        }

        // Row-major order keeps `outer` groups of rows of `inner` elements; the axis that holds whole rows is where they stand.
        int before = 1;
        for (int axis = 0; axis < Target.Rank && before > 0; before *= Target[axis++])
        {
            int after = Target.Count / Math.Max(1, before * Target[axis]);
            if (outer % before == 0 && inner % after == 0 && outer / before * context.Rows * (inner / after) == Target[axis])
            {
                return RowFlow.At(new(axis, outer / before, inner / after));
            }
        }

        return RowFlow.Mixed("it splits the axis of rows. Keep rows on one axis of the new shape");
    }

    public override Tensor Vmap(VmapContext context) => context.Inputs[0].Reshape(Target.Insert(0, context.Batch));

    public override bool IsMove => true;

    public override IndexMap? Through(IndexMap map, Node node, Domain domain) => map.Reshape(node.Shape, node.Inputs[0].Shape, domain);
}

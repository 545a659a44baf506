using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;

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

    public override Tensor Vmap(VmapContext context) => context.Inputs[0].Reshape(Target.Insert(0, context.Batch));

    public override bool IsMove => true;

    public override IndexMap? Through(IndexMap map, Node node, Domain domain) => map.Reshape(node.Shape, node.Inputs[0].Shape, domain);
}

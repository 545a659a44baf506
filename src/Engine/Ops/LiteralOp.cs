using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Ops;

/// <summary>A constant array, row-major: small tables such as 0, 1, … n - 1.</summary>
internal sealed record LiteralOp(Shape LiteralShape, EquatableArray<float> Values) : Op
{
    public override string Name => "literal";

    public override string Describe() => $"literal {LiteralShape}";

    public override Shape Infer(ReadOnlySpan<Node> inputs) => Values.Count == LiteralShape.Count
        ? LiteralShape
        : throw new ShapeException($"Literal({LiteralShape}): needs {LiteralShape.Count} values; got {Values.Count}.");

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node) => [.. Values.Select(value => (double)value)];

    public override Tensor?[] Vjp(VjpContext context) => [];

    public override RowFlow FollowRows(RowFlowContext context) => throw new InvalidOperationException("A literal has no input.");

    public override Tensor Vmap(VmapContext context) => throw new InvalidOperationException("A literal has no batched input.");

    public override void Lower(Lowering lowering, Node node) => lowering.SetView(node, View.RowMajor(lowering.Literal(Values), node.Shape));
}

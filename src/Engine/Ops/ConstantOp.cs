using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Engine.Ops;

/// <summary>A scalar constant.</summary>
internal sealed record ConstantOp(double Value) : Op
{
    public override string Name => "constant";

    public override string Describe() => FormattableString.Invariant($"constant {Value}");

    public override Shape Infer(ReadOnlySpan<Node> inputs) => Shape.Scalar;

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node) => [Value];

    public override Tensor?[] Vjp(VjpContext context) => [];

    public override RowFlow FollowRows(RowFlowContext context) => throw new InvalidOperationException("A constant has no input.");

    public override Tensor Vmap(VmapContext context) => throw new InvalidOperationException("A constant has no batched input.");
}

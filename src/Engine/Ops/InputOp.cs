using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Engine.Ops;

/// <summary>A value that comes from outside: argument number <paramref name="Index"/> of the computation.</summary>
internal sealed record InputOp(int Index, string Label, Shape InputShape) : Op
{
    public override string Name => "input";

    public override string Describe() => $"input {Label}";

    public override Shape Infer(ReadOnlySpan<Node> inputs) => InputShape;

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node) =>
        throw new InvalidOperationException($"Input {Label} has no value: the interpreter binds inputs itself.");

    public override Tensor?[] Vjp(VjpContext context) => [];

    public override RowFlow FollowRows(RowFlowContext context) => throw new InvalidOperationException("An input has no input.");

    public override Tensor Vmap(VmapContext context) => throw new InvalidOperationException("Inputs are batched by Vmap itself.");
}

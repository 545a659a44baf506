using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Ops;

/// <summary>The identity, through which no derivative flows.</summary>
internal sealed record StopGradientOp : Op
{
    public override string Name => "stopGradient";

    public override Shape Infer(ReadOnlySpan<Node> inputs) => inputs[0].Shape;

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node) => inputs[0];

    public override Tensor?[] Vjp(VjpContext context) => [null];

    public override Tensor Vmap(VmapContext context) => context.Inputs[0].StopGradient();

    public override bool IsMove => true;

    public override IndexMap? Through(IndexMap map, Node node, Domain domain) => map;
}

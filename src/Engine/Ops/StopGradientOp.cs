using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Engine.Ops;

/// <summary>
/// The identity, through which no derivative flows. With <paramref name="Bounded"/> it also says that every row has been clipped: only
/// <see cref="PerExample"/> says so, and <see cref="IsolationCheck"/> then accepts a sum over such rows.
/// </summary>
internal sealed record StopGradientOp(bool Bounded = false) : Op
{
    public override string Name => Bounded ? "bounded" : "stopGradient";

    public override Shape Infer(ReadOnlySpan<Node> inputs) => inputs[0].Shape;

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node) => inputs[0];

    public override Tensor?[] Vjp(VjpContext context) => [null];

    public override RowFlow FollowRows(RowFlowContext context) => RowFlow.At(context.First);

    public override Tensor Vmap(VmapContext context) => context.Inputs[0].Add(this);

    public override bool IsMove => true;

    public override IndexMap? Through(IndexMap map, Node node, Domain domain) => map;
}

using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Engine.Ops;

/// <summary>One item of a scan.</summary>
internal sealed record ItemOp(int Index) : Op
{
    public override string Name => "item";

    public override string Describe() => $"item {Index} of";

    public override Shape Infer(ReadOnlySpan<Node> inputs) => ((ScanOp)inputs[0].Op).OutputShape(Index);

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node)
    {
        ScanOp scan = (ScanOp)node.Inputs[0].Op;
        int start = Enumerable.Range(0, Index).Sum(index => scan.OutputShape(index).Count);
        return inputs[0].AsSpan(start, node.Shape.Count).ToArray();
    }

    public override Tensor?[] Vjp(VjpContext context) => throw new InvalidOperationException("Grad routes an item's cotangent to its scan.");

    public override RowFlow FollowRows(RowFlowContext context) => throw new InvalidOperationException("The isolation check follows a scan through its body.");

    public override Tensor Vmap(VmapContext context)
    {
        // Stacked items come out as [step, batch, …]; the batch axis belongs in front.
        Tensor item = context.Inputs[0].Add(this);
        return Index < ((ScanOp)context.Original.Inputs[0].Op).Carries ? item : item.MoveAxis(1, 0);
    }

    // The scan says where its items lie.
    public override void Lower(Lowering lowering, Node node)
    {
    }
}

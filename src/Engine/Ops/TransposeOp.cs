using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Ops;

/// <summary>Axes in another order: axis i of the result is axis <paramref name="Order"/>[i] of the input.</summary>
internal sealed record TransposeOp(EquatableArray<int> Order) : Op
{
    public override string Name => "transpose";

    public override string Describe() => $"transpose {Order}";

    /// <summary>The order that undoes this one.</summary>
    public EquatableArray<int> Inverse()
    {
        int[] inverse = new int[Order.Count];
        for (int i = 0; i < inverse.Length; i++)
        {
            inverse[Order[i]] = i;
        }

        return EquatableArray.Create<int>(inverse);
    }

    public override Shape Infer(ReadOnlySpan<Node> inputs)
    {
        Shape shape = inputs[0].Shape;
        if (Order.Count != shape.Rank || !Order.Order().SequenceEqual(Enumerable.Range(0, shape.Rank)))
        {
            throw new ShapeException($"Transpose: order {Order} must be a permutation of the {shape.Rank} axes of {shape}.");
        }

        return new Shape([.. Order.Select(axis => shape.Axes[axis])]);
    }

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node)
    {
        double[] result = new double[node.Shape.Count];
        double[] x = inputs[0];
        int[] strides = node.Inputs[0].Shape.Strides();
        AxisLists.ForEach(node.Shape, Order.Select(axis => strides[axis]).ToArray(), (to, from) => result[to] = x[from]);
        return result;
    }

    public override Tensor?[] Vjp(VjpContext context) => [context.G.Transpose(Inverse().Span)];

    public override RowFlow FollowRows(RowFlowContext context)
    {
        int axis = context.First.Axis;
        return context.On(Order.Select((from, to) => (from, to)).First(pair => pair.from == axis).to);
    }

    public override Tensor Vmap(VmapContext context) => context.Inputs[0].Transpose([0, .. AxisLists.Shift(Order)]);

    public override bool IsMove => true;

    public override IndexMap? Through(IndexMap map, Node node, Domain domain) => map.Select(Inverse().Span);
}

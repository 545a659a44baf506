using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Engine.Ops;

/// <summary>Matrix product of the last two axes: [batch…, m, k] · [batch…, k, n] = [batch…, m, n]. Batch axes are equal; none is broadcast.</summary>
internal sealed record MatMulOp : Op
{
    public override string Name => "matmul";

    public override Shape Infer(ReadOnlySpan<Node> inputs)
    {
        Shape a = inputs[0].Shape;
        Shape b = inputs[1].Shape;
        if (a.Rank < 2 || b.Rank < 2)
        {
            throw new ShapeException($"MatMul: both inputs need at least two axes; got {a} and {b}. Reshape vectors to one row or column.");
        }

        if (a[-1] != b[-2])
        {
            throw new ShapeException($"MatMul: inner sizes differ; left is {a}, right is {b}. The last axis of the left must be the last but one of the right.");
        }

        if (!new Shape(a.Axes[..^2]).Equals(new Shape(b.Axes[..^2])))
        {
            throw new ShapeException($"MatMul: batch axes differ; left is {a}, right is {b}.");
        }

        return new Shape([.. a.Axes[..^1], b.Axes[^1]]);
    }

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node)
    {
        Shape a = node.Inputs[0].Shape;
        (int m, int k, int n) = (a[-2], a[-1], node.Shape[-1]);
        double[] result = new double[node.Shape.Count];
        int batches = m * n == 0 ? 0 : result.Length / (m * n);
        for (int batch = 0; batch < batches; batch++)
        {
            for (int row = 0; row < m; row++)
            {
                Span<double> target = result.AsSpan(((batch * m) + row) * n, n);
                for (int inner = 0; inner < k; inner++)
                {
                    double factor = inputs[0][(((batch * m) + row) * k) + inner];
                    ReadOnlySpan<double> source = inputs[1].AsSpan(((batch * k) + inner) * n, n);
                    for (int column = 0; column < n; column++)
                    {
                        target[column] += factor * source[column];
                    }
                }
            }
        }

        return result;
    }

    public override Tensor?[] Vjp(VjpContext context) =>
    [
        context.Needs[0] ? context.G.MatMul(context.X[1].SwapLast()) : null,
        context.Needs[1] ? context.X[0].SwapLast().MatMul(context.G) : null,
    ];

    public override RowFlow FollowRows(RowFlowContext context)
    {
        int rank = context.Node.Shape.Rank;
        switch (context.Places)
        {
            case [{ } left, null]:
                return left.Axis == rank - 1 ? RowFlow.Summed : RowFlow.At(left);
            case [null, { } right]:
                return right.Axis == rank - 2 ? RowFlow.Summed : RowFlow.At(right);
            case [{ } left, { } right] when left == right && left.Axis < rank - 2:
                return RowFlow.At(left);
            case [{ } left, { } right] when left.Axis == rank - 1 && right == left with { Axis = rank - 2 }:
                return RowFlow.Summed;
            default:
                return RowFlow.Mixed("it multiplies every row with every other. Make the rows' axis a batch axis of both inputs");
        }
    }

    public override Tensor Vmap(VmapContext context)
    {
        Tensor left = context.Inputs[0];
        Tensor right = context.Inputs[1];
        if (!context.Batched[1] && right.Shape.Rank == 2)
        {
            // The rows of all batches in one product: then so is the derivative with respect to the shared factor, with no factor per batch.
            Tensor rows = left.Reshape(context.Batch.Size * left.Shape[1], left.Shape[2]).MatMul(right);
            return rows.Reshape(context.Batch, left.Shape[1], right.Shape[1]);
        }

        return new(left.Graph.Add(this, context.Front(0).Node, context.Front(1).Node));
    }

    public override void Lower(Lowering lowering, Node node) => MatMulLowering.Lower(lowering, node);
}

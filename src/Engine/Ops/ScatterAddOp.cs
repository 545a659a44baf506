using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Ops;

/// <summary>
/// The adjoint of <see cref="GatherOp"/>: index [batch…, n], updates [batch…, n, d] give [batch…, <paramref name="Rows"/>, d], zero where no index points;
/// numbers outside the table add nothing.
/// </summary>
internal sealed record ScatterAddOp(int Rows) : Op
{
    public override string Name => "scatterAdd";

    public override string Describe() => $"scatterAdd {Rows} rows";

    public override Shape Infer(ReadOnlySpan<Node> inputs)
    {
        Shape index = inputs[0].Shape;
        Shape updates = inputs[1].Shape;
        if (index.Rank < 1 || updates.Rank != index.Rank + 1 || !new Shape(updates.Axes[..^1]).Equals(index))
        {
            throw new ShapeException($"ScatterAdd: updates must be [batch…, count, width] for index [batch…, count]; got {updates} and {index}.");
        }

        return updates.With(-2, Rows);
    }

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node)
    {
        (int width, int count) = (node.Shape[-1], node.Inputs[0].Shape[-1]);
        double[] result = new double[node.Shape.Count];
        for (int i = 0; i < inputs[0].Length; i++)
        {
            double number = inputs[0][i];
            if (number >= 0 && number < Rows)
            {
                int target = (((i / count) * Rows) + (int)number) * width;
                for (int column = 0; column < width; column++)
                {
                    result[target + column] += inputs[1][(i * width) + column];
                }
            }
        }

        return result;
    }

    public override Tensor?[] Vjp(VjpContext context) => [null, context.G.Gather(context.X[0])];

    public override RowFlow FollowRows(RowFlowContext context)
    {
        int rank = context.Node.Shape.Rank;
        return context.Places switch
        {
            [null, { } updates] => updates.Axis == rank - 2 ? RowFlow.Summed : RowFlow.At(updates),
            [{ } index, null] => index.Axis == rank - 2 ? RowFlow.Summed : RowFlow.At(index),
            [{ } index, { } updates] when index == updates => index.Axis == rank - 2 ? RowFlow.Summed : RowFlow.At(index),
            _ => RowFlow.Mixed("the rows of numbers and of updates stand on different axes. Put them on the same"),
        };
    }

    public override Tensor Vmap(VmapContext context) => context.Front(0).ScatterAdd(context.Front(1), Rows);

    public override void Lower(Lowering lowering, Node node)
    {
        Shape index = node.Inputs[0].Shape;
        int batches = index.Rank - 1;
        View numbers = lowering.InnerRowMajor(node.Inputs[0], batches);
        View updates = lowering.InnerRowMajor(node.Inputs[1], batches);
        bool accumulates = lowering.SumTarget(node) is not null;
        View result = lowering.SumTarget(node) ?? lowering.Result(node);
        if (node.Shape.Count > 0)
        {
            (int[] batch, int[][] strides) = StrideLists.Coalesce(
                [.. index.Sizes.Take(batches)], [[.. numbers.Strides.Take(batches)], [.. updates.Strides.Take(batches)], [.. result.Strides.Take(batches)]]);
            ScatterAddSpec spec = new([.. batch], Rows, node.Shape[-1], index[-1], [.. strides[0]], [.. strides[1]], [.. strides[2]], accumulates);
            lowering.Call(spec, accumulates ? "scatterAdd to sum" : Name, numbers.Place, updates.Place, result.Place);
        }
    }
}

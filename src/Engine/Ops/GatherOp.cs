using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Ops;

/// <summary>Rows by number: table [batch…, v, d], index [batch…, n] gives [batch…, n, d]. A number outside the table gives NaN.</summary>
internal sealed record GatherOp : Op
{
    public override string Name => "gather";

    public override Shape Infer(ReadOnlySpan<Node> inputs)
    {
        Shape table = inputs[0].Shape;
        Shape index = inputs[1].Shape;
        if (table.Rank < 2 || index.Rank != table.Rank - 1 || !new Shape(table.Axes[..^2]).Equals(new Shape(index.Axes[..^1])))
        {
            throw new ShapeException($"Gather: table [batch…, rows, width] and index [batch…, count] must share their batch axes; got {table} and {index}.");
        }

        return new Shape([.. index.Axes, table.Axes[^1]]);
    }

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node)
    {
        Shape table = node.Inputs[0].Shape;
        (int rows, int width, int count) = (table[-2], table[-1], node.Shape[-2]);
        double[] result = new double[node.Shape.Count];
        for (int i = 0; i < inputs[1].Length; i++)
        {
            Span<double> target = result.AsSpan(i * width, width);
            double number = inputs[1][i];
            if (number >= 0 && number < rows)
            {
                inputs[0].AsSpan((((i / count) * rows) + (int)number) * width, width).CopyTo(target);
            }
            else
            {
                target.Fill(double.NaN);
            }
        }

        return result;
    }

    public override Tensor?[] Vjp(VjpContext context) => [context.X[1].ScatterAdd(context.G, context.X[0].Shape[-2]), null];

    public override RowFlow FollowRows(RowFlowContext context)
    {
        int rank = context.Node.Shape.Rank;
        return context.Places switch
        {
            [null, { } index] => RowFlow.At(index),
            [{ } table, null] when table.Axis != rank - 2 => RowFlow.At(table),
            [{ } table, { } index] when table == index && table.Axis < rank - 2 => RowFlow.At(table),
            _ => RowFlow.Mixed("it looks rows up by number across the axis. Only tables that all rows share may be looked up so"),
        };
    }

    /// <summary>
    /// A table that all share is not copied along the new axis: its rows are looked up by all numbers together. The derivative then adds into one table, where copies would need one
    /// each.
    /// </summary>
    public override Tensor Vmap(VmapContext context)
    {
        if (context.Batched[0] || context.Original.Inputs[0].Shape.Rank > 2)
        {
            return context.Front(0).Gather(context.Front(1));
        }

        Tensor numbers = context.Inputs[1];
        return context.Inputs[0].Gather(numbers.Reshape(numbers.Shape.Count)).Reshape(context.Original.Shape.Insert(0, context.Batch));
    }

    public override void Lower(Lowering lowering, Node node)
    {
        Shape table = node.Inputs[0].Shape;
        Shape index = node.Inputs[1].Shape;
        int batches = table.Rank - 2;
        View rows = lowering.InnerRowMajor(node.Inputs[0], batches);
        View numbers = lowering.InnerRowMajor(node.Inputs[1], batches);
        View result = lowering.Result(node);
        if (node.Shape.Count > 0)
        {
            (int[] batch, int[][] strides) = StrideLists.Coalesce(
                [.. index.Sizes.Take(batches)], [[.. rows.Strides.Take(batches)], [.. numbers.Strides.Take(batches)], [.. result.Strides.Take(batches)]]);
            GatherSpec spec = new([.. batch], table[-2], table[-1], index[-1], [.. strides[0]], [.. strides[1]], [.. strides[2]]);
            lowering.Call(spec, Name, rows.Place, numbers.Place, result.Place);
        }
    }
}

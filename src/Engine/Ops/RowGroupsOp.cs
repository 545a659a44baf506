using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Ops;

/// <summary>
/// Places of an index that name the same row of a table of <paramref name="Rows"/> rows: index [batch…, n] gives [batch…, n], for every place the last
/// place that names its row, -1 where the number lies outside the table. So n rows that go to a large table can be added up in one of n rows.
/// </summary>
internal sealed record RowGroupsOp(int Rows) : Op
{
    public override string Name => "rowGroups";

    public override string Describe() => $"rowGroups {Rows} rows";

    public override Shape Infer(ReadOnlySpan<Node> inputs) => inputs[0].Shape.Rank > 0
        ? inputs[0].Shape
        : throw new ShapeException("RowGroups: the index must be [batch…, count]; got a scalar.");

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node)
    {
        int count = node.Shape[-1];
        double[] result = new double[node.Shape.Count];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = RowOf(inputs[0][i]) < 0 ? -1 : count - 1;
            int first = i / count * count;
            while (result[i] > i - first && RowOf(inputs[0][first + (int)result[i]]) != RowOf(inputs[0][i]))
            {
                result[i]--;
            }
        }

        return result;
    }

    public override Tensor?[] Vjp(VjpContext context) => [null];

    public override RowFlow FollowRows(RowFlowContext context) =>
        context.KeepIf(context.First.Axis < context.Node.Shape.Rank - 1, "it compares row numbers across the axis. Compare inside one row");

    public override Tensor Vmap(VmapContext context) => context.Inputs[0].Add(this);

    public override void Lower(Lowering lowering, Node node)
    {
        int batches = node.Shape.Rank - 1;
        View numbers = lowering.InnerRowMajor(node.Inputs[0], batches);
        View result = lowering.Result(node);
        if (node.Shape.Count > 0)
        {
            (int[] batch, int[][] strides) = StrideLists.Coalesce(
                [.. node.Shape.Sizes.Take(batches)], [[.. numbers.Strides.Take(batches)], [.. result.Strides.Take(batches)]]);
            lowering.Call(new RowGroupSpec([.. batch], Rows, node.Shape[-1], [.. strides[0]], [.. strides[1]]), Name, numbers.Place, result.Place);
        }
    }

    private int RowOf(double number) => number >= 0 && number < Rows ? (int)number : -1;
}

using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>A factor of a matrix product in memory.</summary>
/// <param name="Place">Its first element.</param>
/// <param name="Batch">Strides of the batch axes.</param>
/// <param name="Row">Parts of the last axis but one, outermost first.</param>
/// <param name="Column">Parts of the last axis.</param>
internal sealed record MatMulFactor(Place Place, int[] Batch, IReadOnlyList<MatrixAxisPart> Row, IReadOnlyList<MatrixAxisPart> Column)
{
    /// <summary>
    /// The factor as it lies there, through all its moves, where the two axes of the matrix have few enough parts; else as a copy that has one stride an axis.
    /// </summary>
    public static MatMulFactor Of(Lowering lowering, Node node)
    {
        int batches = node.Shape.Rank - 2;
        if (lowering.ViewOf(node) is not null || lowering.Walk(node) is not var (place, parts)
            || parts.Take(batches).Any(list => list.Count > 1) || parts.Skip(batches).Any(list => list.Count > MatrixAxis.MostParts))
        {
            return OneStride(lowering.Operand(node), node.Shape);
        }

        return IsFar(node, parts[batches], parts[batches + 1])
            ? OneStride(lowering.RowMajor(node), node.Shape)
            : new MatMulFactor(place, [.. parts.Take(batches).Select(list => list.Count == 0 ? 0 : list[0].Stride)], parts[batches], parts[batches + 1]);
    }

    private static MatMulFactor OneStride(View view, Shape shape)
    {
        int batches = shape.Rank - 2;
        return new MatMulFactor(
            view.Place,
            [.. view.Strides.Take(batches)],
            [new MatrixAxisPart(shape[-2], view.Strides[batches])],
            [new MatrixAxisPart(shape[-1], view.Strides[batches + 1])]);
    }

    /// <summary>
    /// Whether a large factor's lines lie pages apart, as those of one example among the steps of a batch: nothing fetches them ahead, so that one copy in long
    /// runs costs less than every reading.
    /// </summary>
    private static bool IsFar(Node node, List<MatrixAxisPart> row, List<MatrixAxisPart> column)
    {
        const int FarFloats = 2048, LargeCount = 64 * 1024;
        int rows = row.Count == 0 ? 0 : Math.Abs(row[^1].Stride);
        int columns = column.Count == 0 ? 0 : Math.Abs(column[^1].Stride);
        return Math.Max(rows, columns) >= FarFloats && Math.Min(rows, columns) <= 1 && node.Shape.Count >= LargeCount;
    }
}

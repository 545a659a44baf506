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
        if (lowering.ViewOf(node) is null && lowering.Walk(node) is var (place, parts)
            && parts.Take(batches).All(list => list.Count <= 1) && parts.Skip(batches).All(list => list.Count <= MatrixAxis.MostParts))
        {
            return new MatMulFactor(place, [.. parts.Take(batches).Select(list => list.Count == 0 ? 0 : list[0].Stride)], parts[batches], parts[batches + 1]);
        }

        View view = lowering.Operand(node);
        return new MatMulFactor(
            view.Place,
            [.. view.Strides.Take(batches)],
            [new MatrixAxisPart(node.Shape[-2], view.Strides[batches])],
            [new MatrixAxisPart(node.Shape[-1], view.Strides[batches + 1])]);
    }
}

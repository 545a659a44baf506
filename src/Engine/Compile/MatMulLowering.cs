using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>
/// Matrix products. Factors are read where they lie, whatever moves stand in between: transposed and broadcast ones by strides, windows of images and
/// reshaped ones by axes of several parts. Batch axes that walk as one are joined, and a batch that shares a factor becomes more rows or columns of one product.
/// </summary>
internal static class MatMulLowering
{
    public static void Lower(Lowering lowering, Node node)
    {
        int batches = node.Shape.Rank - 2;
        MatMulFactor left = MatMulFactor.Of(lowering, node.Inputs[0]);
        MatMulFactor right = MatMulFactor.Of(lowering, node.Inputs[1]);
        View result = lowering.Result(node);
        if (node.Shape.Count == 0)
        {
            return;
        }

        (int[] batch, int[][] strides) = StrideLists.Coalesce([.. node.Shape.Sizes.Take(batches)], [left.Batch, right.Batch, [.. result.Strides.Take(batches)]]);
        Product product = new()
        {
            Batch = [.. batch],
            A = new Operand(strides[0], left.Row, left.Column),
            B = new Operand(strides[1], right.Row, right.Column),
            C = [.. strides[2]],
            CRow = result.Strides[batches],
            CColumn = result.Strides[batches + 1],
            M = node.Shape[-2],
            N = node.Shape[-1],
            K = node.Inputs[0].Shape[-1],
        };
        product.FoldBatches();
        lowering.Call(product.Spec(), "matmul", left.Place, right.Place, result.Place);
    }

    private sealed class Operand(int[] batch, IReadOnlyList<MatrixAxisPart> row, IReadOnlyList<MatrixAxisPart> column)
    {
        public List<int> Batch { get; } = [.. batch];

        public IReadOnlyList<MatrixAxisPart> Row { get; set; } = row;

        public IReadOnlyList<MatrixAxisPart> Column { get; set; } = column;

        public MatrixStrides Strides => new(EquatableArray.ToEquatableArray(Batch), MatrixAxis.Of(Row), MatrixAxis.Of(Column));
    }

    private sealed class Product
    {
        public required List<int> Batch { get; init; }

        public required Operand A { get; init; }

        public required Operand B { get; init; }

        public required List<int> C { get; init; }

        public required int CRow { get; set; }

        public required int CColumn { get; set; }

        public required int M { get; set; }

        public required int N { get; set; }

        public required int K { get; init; }

        /// <summary>A batch axis along which B is the same, and C continues its rows, is more rows; likewise for A and columns.</summary>
        public void FoldBatches()
        {
            for (int axis = Batch.Count - 1; axis >= 0; axis--)
            {
                if (B.Batch[axis] == 0 && (M == 1 || C[axis] == M * CRow) && Longer(A.Row, axis, A) is { } rows)
                {
                    (A.Row, CRow) = (rows, M == 1 ? C[axis] : CRow);
                    M *= Batch[axis];
                    Remove(axis);
                }
                else if (A.Batch[axis] == 0 && (N == 1 || C[axis] == N * CColumn) && Longer(B.Column, axis, B) is { } columns)
                {
                    (B.Column, CColumn) = (columns, N == 1 ? C[axis] : CColumn);
                    N *= Batch[axis];
                    Remove(axis);
                }
            }
        }

        public MatMulSpec Spec() => new(EquatableArray.ToEquatableArray(Batch), M, N, K, A.Strides, B.Strides, new(EquatableArray.ToEquatableArray(C), CRow, CColumn));

        /// <summary>A line with a batch axis in front; null when that makes too many parts.</summary>
        private MatrixAxisPart[]? Longer(IReadOnlyList<MatrixAxisPart> line, int axis, Operand operand)
        {
            MatrixAxisPart[] longer = [new(Batch[axis], operand.Batch[axis]), .. line];
            return MatrixAxis.Of(longer).Parts.Count <= MatrixAxis.MostParts ? longer : null;
        }

        private void Remove(int axis)
        {
            Batch.RemoveAt(axis);
            A.Batch.RemoveAt(axis);
            B.Batch.RemoveAt(axis);
            C.RemoveAt(axis);
        }
    }
}

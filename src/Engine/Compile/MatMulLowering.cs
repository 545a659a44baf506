using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>
/// Matrix products: transposed and broadcast operands are strides, batch axes that walk as one are joined, and a batch that shares its
/// right factor becomes more rows of one product.
/// </summary>
internal static class MatMulLowering
{
    public static void Lower(Lowering lowering, Node node)
    {
        View left = lowering.Operand(node.Inputs[0]);
        View right = lowering.Operand(node.Inputs[1]);
        View result = lowering.Result(node);
        if (node.Shape.Count == 0)
        {
            return;
        }

        int batches = node.Shape.Rank - 2;
        (int[] batch, int[][] strides) = StrideLists.Coalesce(
            [.. node.Shape.Sizes.Take(batches)],
            [[.. left.Strides.Take(batches)], [.. right.Strides.Take(batches)], [.. result.Strides.Take(batches)]]);
        Product product = new()
        {
            Batch = [.. batch],
            A = new(strides[0], left.Strides[batches], left.Strides[batches + 1]),
            B = new(strides[1], right.Strides[batches], right.Strides[batches + 1]),
            C = new(strides[2], result.Strides[batches], result.Strides[batches + 1]),
            M = node.Shape[-2],
            N = node.Shape[-1],
            K = node.Inputs[0].Shape[-1],
        };
        product.FoldBatchesIntoRows();
        lowering.Call(product.Spec(), "matmul", left.Place, right.Place, result.Place);
    }

    private sealed class Operand(int[] batch, int row, int column)
    {
        public List<int> Batch { get; } = [.. batch];

        public int Row { get; set; } = row;

        public int Column { get; set; } = column;

        public MatrixStrides Strides => new(EquatableArray.ToEquatableArray(Batch), Row, Column);
    }

    private sealed class Product
    {
        public required List<int> Batch { get; init; }

        public required Operand A { get; init; }

        public required Operand B { get; init; }

        public required Operand C { get; init; }

        public required int M { get; set; }

        public required int N { get; set; }

        public required int K { get; init; }

        /// <summary>A batch axis along which B is the same, and A and C continue their rows, is more rows; likewise for A and columns.</summary>
        public void FoldBatchesIntoRows()
        {
            for (int axis = Batch.Count - 1; axis >= 0; axis--)
            {
                if (B.Batch[axis] == 0 && (M == 1 || (A.Batch[axis] == M * A.Row && C.Batch[axis] == M * C.Row)))
                {
                    (A.Row, C.Row) = M == 1 ? (A.Batch[axis], C.Batch[axis]) : (A.Row, C.Row);
                    M *= Batch[axis];
                    Remove(axis);
                }
                else if (A.Batch[axis] == 0 && (N == 1 || (B.Batch[axis] == N * B.Column && C.Batch[axis] == N * C.Column)))
                {
                    (B.Column, C.Column) = N == 1 ? (B.Batch[axis], C.Batch[axis]) : (B.Column, C.Column);
                    N *= Batch[axis];
                    Remove(axis);
                }
            }
        }

        public MatMulSpec Spec() => new(EquatableArray.ToEquatableArray(Batch), M, N, K, A.Strides, B.Strides, C.Strides);

        private void Remove(int axis)
        {
            Batch.RemoveAt(axis);
            A.Batch.RemoveAt(axis);
            B.Batch.RemoveAt(axis);
            C.Batch.RemoveAt(axis);
        }
    }
}

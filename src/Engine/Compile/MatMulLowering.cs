using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>
/// Matrix products: transposed and broadcast operands are strides, batch axes that walk as one are joined, and a batch that shares its
/// right factor becomes more rows of one product.
/// </summary>
internal static class MatMulLowering
{
    // Below this many floats copied per launch, copying costs less than launching.
    private const long WorthALaunch = 4096;

    public static void Lower(Lowering lowering, Node node)
    {
        if (TryAccumulate(lowering, node))
        {
            return;
        }

        View left = lowering.Operand(node.Inputs[0]);
        View right = lowering.Operand(node.Inputs[1]);
        View result = lowering.Result(node);
        if (node.Shape.Count > 0)
        {
            lowering.Call(Spec(node, left, right, result, node.Inputs[0].Shape[-1], false), "matmul", left.Place, right.Place, result.Place);
        }
    }

    /// <summary>
    /// A product whose inner axis is two axes that no single stride walks (the weights' gradient of a batch of convolutions): instead of
    /// copying the factors, one product per outer element, each added to the result.
    /// </summary>
    private static bool TryAccumulate(Lowering lowering, Node node)
    {
        if (lowering.Walk(node.Inputs[0], node.Shape.Rank - 1) is not var (leftSource, leftOffset, leftStrides, leftParts)
            || lowering.Walk(node.Inputs[1], node.Shape.Rank - 2) is not var (rightSource, rightOffset, rightStrides, rightParts)
            || Math.Max(leftParts.Count, rightParts.Count) != 2)
        {
            return false;
        }

        (int outer, int inner) = leftParts.Count == 2 ? (leftParts[0].Extent, leftParts[1].Extent) : (rightParts[0].Extent, rightParts[1].Extent);
        long copied = (leftParts.Count == 2 ? node.Inputs[0].Shape.Count : 0L) + (rightParts.Count == 2 ? node.Inputs[1].Shape.Count : 0L);
        if (leftParts.Count == 0 || rightParts.Count == 0 || leftParts[^1].Extent % inner != 0 || rightParts[^1].Extent % inner != 0
            || (leftParts.Count == rightParts.Count && leftParts[^1].Extent != rightParts[^1].Extent) || copied < WorthALaunch * outer)
        {
            return false;
        }

        long leftStep = leftParts.Count == 2 ? leftParts[0].Stride : (long)leftParts[0].Stride * inner;
        long rightStep = rightParts.Count == 2 ? rightParts[0].Stride : (long)rightParts[0].Stride * inner;
        leftStrides[^1] = leftParts[^1].Stride;
        rightStrides[^2] = rightParts[^1].Stride;
        Place leftPlace = lowering.Materialise(leftSource).Place.Plus(leftOffset);
        Place rightPlace = lowering.Materialise(rightSource).Place.Plus(rightOffset);
        View left = new(leftPlace, EquatableArray.Create<int>(leftStrides));
        View right = new(rightPlace, EquatableArray.Create<int>(rightStrides));
        View result = lowering.Result(node);
        lowering.Call(Spec(node, left, right, result, inner, false), "matmul", leftPlace, rightPlace, result.Place);
        Block body = new(lowering.Block.Depth + 1);
        Place nextLeft = leftPlace.Plus(leftStep).Moving(lowering.Block.Depth, leftStep);
        Place nextRight = rightPlace.Plus(rightStep).Moving(lowering.Block.Depth, rightStep);
        body.Steps.Add(new Call(Spec(node, left, right, result, inner, true), [nextLeft, nextRight, result.Place], "matmul add"));
        lowering.Block.Steps.Add(new RepeatedBlock(outer - 1, body));
        return true;
    }

    private static MatMulSpec Spec(Node node, View left, View right, View result, int inner, bool accumulate)
    {
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
            K = inner,
        };
        product.FoldBatchesIntoRows();
        return product.Spec(accumulate);
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

        public MatMulSpec Spec(bool accumulate) => new(EquatableArray.ToEquatableArray(Batch), M, N, K, A.Strides, B.Strides, C.Strides, accumulate);

        private void Remove(int axis)
        {
            Batch.RemoveAt(axis);
            A.Batch.RemoveAt(axis);
            B.Batch.RemoveAt(axis);
            C.Batch.RemoveAt(axis);
        }
    }
}

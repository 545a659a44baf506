using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Meta;

/// <summary>Solutions of small systems of linear equations inside a trace, differentiable to every order.</summary>
internal static class LinearSolve
{
    /// <summary>
    /// X with A·X = B, by Gauss-Jordan elimination without pivoting, which symmetric positive definite matrices do not need (Golub and Van Loan 2013,
    /// section 4.2). One step of a recurrence for each row: n³ + n²m operations, compiled in the time of one step.
    /// </summary>
    /// <param name="matrix">[n, n], symmetric and positive definite.</param>
    /// <param name="right">[n, m].</param>
    /// <returns>[n, m].</returns>
    public static Tensor PositiveDefinite(Tensor matrix, Tensor right)
    {
        int size = matrix.Shape[0];
        Tensor units = Identity(matrix, size);
        (Tensor[] carries, _) = Scan.Run([Tensor.Concatenate(1, matrix, right)], [units], [], (state, elements, _) =>
        {
            Tensor unit = elements[0].Reshape(1, size);
            Tensor pivotRow = unit.MatMul(state[0]);
            Tensor column = state[0].Slice(1, 0, size).MatMul(elements[0].Reshape(size, 1));
            Tensor pivot = unit.MatMul(column);
            // The pivot's row becomes itself over the pivot; every other row loses what it has in the pivot's column.
            return ([state[0] - ((column - elements[0].Reshape(size, 1)) * (pivotRow / pivot))], []);
        });
        return carries[0].Slice(1, size, right.Shape[1]);
    }

    /// <summary>The identity [n, n].</summary>
    public static Tensor Identity(Tensor like, int size)
    {
        float[] values = new float[size * size];
        for (int i = 0; i < size; i++)
        {
            values[(i * size) + i] = 1;
        }

        return like.Literal(new Shape(size, size), values);
    }
}

using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// A product brought to a simple form: batch axes along which one operand repeats and the other two simply continue are more rows or more
/// columns of one larger product.
/// </summary>
/// <param name="M">Rows.</param>
/// <param name="N">Columns.</param>
/// <param name="K">Terms of each sum.</param>
/// <param name="A">Row and column stride.</param>
/// <param name="B">Row and column stride.</param>
/// <param name="C">Row and column stride.</param>
/// <param name="Batch">The batch axes that remain, operands in the order A, B, C.</param>
/// <param name="Accumulate">Whether C is added to.</param>
internal sealed record MatMulProblem(
    int M, int N, int K, MatMulOperand A, MatMulOperand B, (long Row, long Column) C, BatchAxes Batch, bool Accumulate)
{
    /// <summary>The same numbers seen from the other side: Cᵀ = Bᵀ·Aᵀ. The batch still lists A, B, C of the original.</summary>
    public MatMulProblem Transpose() => this with
    {
        M = N,
        N = M,
        A = B.Transpose(),
        B = A.Transpose(),
        C = (C.Column, C.Row),
    };

    /// <summary>The simple form of a spec.</summary>
    public static MatMulProblem Of(MatMulSpec spec)
    {
        (long m, long n) = (spec.M, spec.N);
        (MatrixAxis rowsOfA, MatrixAxis columnsOfB) = (spec.A.Row, spec.B.Column);
        (long rowsOfC, long columnsOfC) = (spec.C.Row.Stride, spec.C.Column.Stride);
        List<int> axes = [.. Enumerable.Range(0, spec.Batch.Count).Where(axis => spec.Batch[axis] != 1)];
        for (int i = axes.Count - 1; i >= 0; i--)
        {
            int axis = axes[i];
            (long extent, int stepA, int stepB, long stepC) = (spec.Batch[axis], spec.A.Batch[axis], spec.B.Batch[axis], spec.C.Batch[axis]);
            if (stepB == 0 && m * extent <= int.MaxValue && Continues(m, ref rowsOfA, ref rowsOfC, stepA, stepC))
            {
                m *= extent;
                axes.RemoveAt(i);
            }
            else if (stepA == 0 && n * extent <= int.MaxValue && Continues(n, ref columnsOfB, ref columnsOfC, stepB, stepC))
            {
                n *= extent;
                axes.RemoveAt(i);
            }
        }

        BatchAxes batch = new(
            [.. axes.Select(axis => spec.Batch[axis])], Pick(spec.A.Batch, axes), Pick(spec.B.Batch, axes), Pick(spec.C.Batch, axes));
        return new MatMulProblem(
            (int)m, (int)n, spec.K, new(rowsOfA, spec.A.Column), new(spec.B.Row, columnsOfB), (rowsOfC, columnsOfC), batch, spec.Accumulate);
    }

    /// <summary>Whether a batch axis continues the lines of an operand and the result; a single line takes the axis' own strides.</summary>
    private static bool Continues(long lines, ref MatrixAxis line, ref long result, int step, long resultStep)
    {
        if (lines == 1)
        {
            (line, result) = (step, resultStep);
            return true;
        }

        return line.IsSimple && step == lines * line.Stride && resultStep == lines * result;
    }

    private static EquatableArray<int> Pick(EquatableArray<int> strides, List<int> axes) => axes.Select(axis => strides[axis]).ToEquatableArray();
}

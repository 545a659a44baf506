namespace FastDPMeta.Kernels.Spec;

/// <summary>Strides of one matrix operand of a <see cref="MatMulSpec"/>, in float elements.</summary>
/// <param name="Batch">Stride along every batch axis; 0 repeats the same matrix.</param>
/// <param name="Row">From one row to the next.</param>
/// <param name="Column">From one column to the next.</param>
public readonly record struct MatrixStrides(EquatableArray<int> Batch, MatrixAxis Row, MatrixAxis Column);

/// <summary>
/// A batch of matrix products <c>C[b] = A[b]·B[b]</c> (or <c>C[b] += A[b]·B[b]</c>), A being M×K, B K×N, C M×N.
/// Transposed operands are strides: row stride 1 is a column-major matrix. A's and B's axes may have several parts; C's are simple. Slots: A, B, C. C's
/// elements are distinct.
/// With K = 0 the product is zero.
/// </summary>
/// <param name="Batch">Extents of the batch axes, outermost first; empty for a single product.</param>
/// <param name="M">Rows of A and C.</param>
/// <param name="N">Columns of B and C.</param>
/// <param name="K">Columns of A, rows of B.</param>
/// <param name="A">Strides of the left operand.</param>
/// <param name="B">Strides of the right operand.</param>
/// <param name="C">Strides of the result.</param>
/// <param name="Accumulate">Whether the product is added to C rather than stored.</param>
public sealed record MatMulSpec(
    EquatableArray<int> Batch,
    int M,
    int N,
    int K,
    MatrixStrides A,
    MatrixStrides B,
    MatrixStrides C,
    bool Accumulate = false) : KernelSpec
{
    /// <inheritdoc/>
    public override int SlotCount => 3;

    /// <inheritdoc/>
    public override long Flops => 2L * Product(Batch) * M * N * K;

    /// <inheritdoc/>
    public override long Bytes => sizeof(float) * Product(Batch) * (((long)M * K) + ((long)K * N) + ((long)M * N));

    /// <inheritdoc/>
    public override string Kind => "matmul";
}

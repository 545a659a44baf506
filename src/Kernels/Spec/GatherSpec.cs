namespace FastDPMeta.Kernels.Spec;

/// <summary>
/// Rows of a table by number: <c>out[b, n, :] = table[b, index[b, n], :]</c>. Slots: table, index, output.
/// Indices are floats that hold whole numbers (exact below 2²⁴). An index outside the table gives NaN, never a stray read.
/// </summary>
/// <param name="Batch">Extents of the batch axes.</param>
/// <param name="Rows">Rows of the table.</param>
/// <param name="Width">Elements of a row, contiguous in table and output.</param>
/// <param name="Count">Indices per batch element, contiguous.</param>
/// <param name="TableBatch">Table's stride along every batch axis; 0 shares one table. Its rows are contiguous.</param>
/// <param name="IndexBatch">Stride of the indices along every batch axis.</param>
/// <param name="OutputBatch">Stride of the output along every batch axis; its rows are contiguous.</param>
public sealed record GatherSpec(
    EquatableArray<int> Batch,
    int Rows,
    int Width,
    int Count,
    EquatableArray<int> TableBatch,
    EquatableArray<int> IndexBatch,
    EquatableArray<int> OutputBatch) : KernelSpec
{
    /// <inheritdoc/>
    public override int SlotCount => 3;

    /// <inheritdoc/>
    public override long Flops => 0;

    /// <inheritdoc/>
    public override long Bytes => sizeof(float) * Product(Batch) * Count * ((2L * Width) + 1);

    /// <inheritdoc/>
    public override string Kind => "gather";
}

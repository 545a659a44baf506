namespace FastDPMeta.Kernels.Spec;

/// <summary>
/// Which places of an index name the same row of a table: <c>out[b, n]</c> is the last m for which <c>index[b, m]</c> names the row that
/// <c>index[b, n]</c> does, or -1 where the index lies outside the table (negative, too large, NaN). Fractions are cut off. Slots: index, output.
/// </summary>
/// <param name="Batch">Extents of the batch axes; each batch element is grouped by itself.</param>
/// <param name="Rows">Rows of the table.</param>
/// <param name="Count">Indices per batch element, contiguous.</param>
/// <param name="IndexBatch">Stride of the indices along every batch axis.</param>
/// <param name="OutputBatch">Stride of the output along every batch axis; never 0.</param>
public sealed record RowGroupSpec(
    EquatableArray<int> Batch,
    int Rows,
    int Count,
    EquatableArray<int> IndexBatch,
    EquatableArray<int> OutputBatch) : KernelSpec
{
    /// <inheritdoc/>
    public override int SlotCount => 2;

    /// <inheritdoc/>
    public override long Flops => 0;

    /// <inheritdoc/>
    public override long Bytes => sizeof(float) * 2 * Product(Batch) * Count;

    /// <inheritdoc/>
    public override string Kind => "rowGroups";
}

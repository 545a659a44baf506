namespace FastDPMeta.Kernels.Spec;

/// <summary>
/// The adjoint of <see cref="GatherSpec"/>: <c>out[b, v, :] = sum over n with index[b, n] = v of updates[b, n, :]</c>,
/// rows that no index names are zero, or, when accumulating, keep what they had; terms are added in order of n. Slots: index, updates, output.
/// An index outside the table adds nothing; fractions are cut off.
/// </summary>
/// <param name="Batch">Extents of the batch axes.</param>
/// <param name="Rows">Rows of the output.</param>
/// <param name="Width">Elements of a row, contiguous in updates and output.</param>
/// <param name="Count">Indices per batch element, contiguous.</param>
/// <param name="IndexBatch">Stride of the indices along every batch axis.</param>
/// <param name="UpdatesBatch">Stride of the updates along every batch axis; rows are contiguous.</param>
/// <param name="OutputBatch">Stride of the output along every batch axis; never 0.</param>
/// <param name="Accumulate">Whether terms are added to the output's old values, so that only the named rows are touched.</param>
public sealed record ScatterAddSpec(
    EquatableArray<int> Batch,
    int Rows,
    int Width,
    int Count,
    EquatableArray<int> IndexBatch,
    EquatableArray<int> UpdatesBatch,
    EquatableArray<int> OutputBatch,
    bool Accumulate = false) : KernelSpec
{
    /// <inheritdoc/>
    public override int SlotCount => 3;

    /// <inheritdoc/>
    public override long Flops => Product(Batch) * Count * Width;

    /// <inheritdoc/>
    public override long Bytes => sizeof(float) * Product(Batch)
        * (((long)Count * (Width + 1)) + (Accumulate ? 2L * Count * Width : (long)Rows * Width));

    /// <inheritdoc/>
    public override string Kind => "scatterAdd";
}

namespace FastDPMeta.Kernels.Spec;

/// <summary>
/// Standard normal numbers from ChaCha20 in counter mode: <c>out[b, i] = gaussian(key[b], Stream, i)</c>, a pure function,
/// independent of threads and launch shape. Slots: key, output. A key is ten contiguous words whose <i>bits</i> are stored in
/// float elements: words 0–7 the 256-bit key, word 8 the low and word 9 the high half of the 64-bit round number.
/// </summary>
/// <param name="Batch">Extents of the batch axes; empty for one key.</param>
/// <param name="Count">Numbers per key, contiguous in the output.</param>
/// <param name="Stream">Separates several noises of one round: each has its own stream number.</param>
/// <param name="KeyBatch">Stride of the key along every batch axis.</param>
/// <param name="OutputBatch">Stride of the output along every batch axis.</param>
public sealed record NoiseSpec(
    EquatableArray<int> Batch,
    int Count,
    uint Stream,
    EquatableArray<int> KeyBatch,
    EquatableArray<int> OutputBatch) : KernelSpec
{
    /// <summary>Words of a key as the kernel reads it: eight of key, two of round number.</summary>
    public const int KeyWords = 10;

    /// <inheritdoc/>
    public override int SlotCount => 2;

    /// <inheritdoc/>
    public override long Flops => Product(Batch) * Count * 40;

    /// <inheritdoc/>
    public override long Bytes => sizeof(float) * Product(Batch) * Count;

    /// <inheritdoc/>
    public override string Kind => "noise";
}

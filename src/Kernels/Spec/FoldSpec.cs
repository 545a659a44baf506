namespace FastDPMeta.Kernels.Spec;

/// <summary>
/// The adjoint of a sliding window along one axis: windows laid back and added,
/// <c>out[b, l, i] = sum over (o, k) with o·Step + k·Dilation = l of in[b, o, i, k]</c>, terms added in order of k.
/// Slots: input, output. Input is contiguous as [outer, windows, inner, size], output as [outer, length, inner].
/// </summary>
/// <param name="Outer">Product of the axes before the folded one.</param>
/// <param name="Windows">Number of window positions.</param>
/// <param name="Inner">Product of the axes after the folded one.</param>
/// <param name="Size">Elements of a window.</param>
/// <param name="Step">Distance between two windows.</param>
/// <param name="Dilation">Distance between two elements of a window.</param>
/// <param name="Length">Length of the output axis.</param>
public sealed record FoldSpec(int Outer, int Windows, int Inner, int Size, int Step, int Dilation, int Length) : KernelSpec
{
    /// <inheritdoc/>
    public override int SlotCount => 2;

    /// <inheritdoc/>
    public override long Flops => (long)Outer * Windows * Inner * Size;

    /// <inheritdoc/>
    public override long Bytes => sizeof(float) * (long)Outer * Inner * (((long)Windows * Size) + Length);

    /// <inheritdoc/>
    public override string Kind => "fold";
}

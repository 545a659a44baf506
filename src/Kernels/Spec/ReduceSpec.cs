namespace FastDPMeta.Kernels.Spec;

/// <summary>How a <see cref="ReduceSpec"/> combines elements.</summary>
public enum ReduceKind
{
    /// <summary>Sum in a fixed order; 0 over nothing.</summary>
    Sum,

    /// <summary>Maximum; negative infinity over nothing; NaN if any element is NaN.</summary>
    Max,
}

/// <summary>
/// A reduction with a fused map in front: <c>out[k] = reduce over r of program(inputs[k, r])</c>.
/// Slots: <paramref name="Inputs"/>, then the one output.
/// </summary>
/// <param name="Kept">Extents of the axes that remain, outermost first.</param>
/// <param name="Reduced">Extents of the axes reduced away.</param>
/// <param name="Inputs">For each input its strides along the kept axes followed by the reduced axes.</param>
/// <param name="Output">Strides of the output along the kept axes.</param>
/// <param name="Program">The map; it has one result.</param>
/// <param name="Reduction">Sum or maximum.</param>
public sealed record ReduceSpec(
    EquatableArray<int> Kept,
    EquatableArray<int> Reduced,
    EquatableArray<EquatableArray<int>> Inputs,
    EquatableArray<int> Output,
    ScalarProgram Program,
    ReduceKind Reduction) : KernelSpec
{
    /// <inheritdoc/>
    public override int SlotCount => Inputs.Count + 1;

    /// <inheritdoc/>
    public override long Flops => Product(Kept) * Product(Reduced) * (Program.Operations + 1);

    /// <inheritdoc/>
    public override long Bytes => sizeof(float) * ((Product(Kept) * Product(Reduced) * Inputs.Count) + Product(Kept));

    /// <inheritdoc/>
    public override string Kind => Reduction == ReduceKind.Sum ? "sum" : "max";
}

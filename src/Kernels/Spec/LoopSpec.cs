namespace FastDPMeta.Kernels.Spec;

/// <summary>
/// A fused map: for every index of the domain, reads one element of each input, runs the program, stores its results.
/// Copies, transpositions, broadcasts, slices and fills are loops with the identity or a constant program.
/// Slots: <paramref name="Inputs"/>, then <paramref name="Outputs"/>.
/// </summary>
/// <param name="Extents">Size of each axis of the domain, outermost first; any rank including 0 (one element).</param>
/// <param name="Inputs">For each input its stride along every axis of the domain.</param>
/// <param name="Outputs">For each output its stride along every axis; no two indices share an element.</param>
/// <param name="Program">The body; one result per output.</param>
public sealed record LoopSpec(
    EquatableArray<int> Extents,
    EquatableArray<EquatableArray<int>> Inputs,
    EquatableArray<EquatableArray<int>> Outputs,
    ScalarProgram Program) : KernelSpec
{
    /// <inheritdoc/>
    public override int SlotCount => Inputs.Count + Outputs.Count;

    /// <inheritdoc/>
    public override long Flops => Product(Extents) * Program.Operations;

    /// <inheritdoc/>
    public override long Bytes => Product(Extents) * sizeof(float) * SlotCount;

    /// <inheritdoc/>
    public override string Kind => "loop";
}

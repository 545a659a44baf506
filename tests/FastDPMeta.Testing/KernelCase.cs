using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Testing;

/// <summary>One launch to try on a device: a spec, an arena filled with numbers, and where the operands lie in it.</summary>
/// <param name="Spec">The kernel.</param>
/// <param name="Arena">Contents before the launch; between operands lie unused elements, which a launch must leave alone.</param>
/// <param name="Slots">Offsets of inputs, then outputs.</param>
public sealed record KernelCase(KernelSpec Spec, float[] Arena, long[] Slots)
{
    /// <summary>The arena after the launch, in double precision.</summary>
    public double[] Expected() => KernelOracle.Expected(Spec, Arena, Slots);

    /// <inheritdoc/>
    public override string ToString() => $"{Spec} at [{string.Join(", ", Slots)}]";
}

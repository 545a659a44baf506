namespace FastDPMeta.Kernels.Cpu;

/// <summary>A reduction over an axis of extent 0: fills the output with the neutral element and reads no input.</summary>
/// <param name="fill">The fill, whose only slot is the output.</param>
/// <param name="inputs">How many input slots come before the output's.</param>
internal sealed unsafe class CpuReduceFill(CpuKernel fill, int inputs) : CpuKernel
{
    /// <inheritdoc/>
    public override void Run(float* arena, long* slots, int part, int parts) => fill.Run(arena, slots + inputs, part, parts);
}

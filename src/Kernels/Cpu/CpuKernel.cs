namespace FastDPMeta.Kernels.Cpu;

/// <summary>One compiled kernel of the CPU device: a spec made runnable for one vector width.</summary>
internal abstract unsafe class CpuKernel
{
    /// <summary>
    /// Computes part <paramref name="part"/> of <paramref name="parts"/> of the output. The split is static (a function of the spec,
    /// part and parts only), each output element belongs to exactly one part, and its value does not depend on the split.
    /// Allocates nothing. Safe to call for different parts or lanes at the same time.
    /// </summary>
    /// <param name="arena">First element of the arena.</param>
    /// <param name="slots">For each slot of the spec the element offset from <paramref name="arena"/>; the replay has checked the ranges.</param>
    /// <param name="part">From 0 to parts - 1.</param>
    /// <param name="parts">At least 1.</param>
    public abstract void Run(float* arena, long* slots, int part, int parts);
}

namespace FastDPMeta.Kernels.Cpu;

/// <summary>What a step of a <see cref="CpuReplay"/> does.</summary>
internal enum CpuReplayStepKind
{
    /// <summary>Runs a kernel.</summary>
    Launch,

    /// <summary>Enters a repeat.</summary>
    Begin,

    /// <summary>Goes back to the first step of a repeat, or leaves it.</summary>
    End,
}

/// <summary>One step of a <see cref="CpuReplay"/>.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Kernel">The kernel of a launch.</param>
/// <param name="FirstSlot">The first slot of a launch in the replay's tables.</param>
/// <param name="Count">Slots of a launch, iterations of an end.</param>
/// <param name="Target">First step of the body, for an end.</param>
/// <param name="Moves">Whether any slot of the launch moves with a repeat.</param>
/// <param name="IsLarge">Whether the launch is worth waking the other workers for.</param>
internal readonly record struct CpuReplayStep(
    CpuReplayStepKind Kind, CpuKernel? Kernel, int FirstSlot, int Count, int Target, bool Moves, bool IsLarge);

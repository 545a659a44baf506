namespace FastDPMeta.Kernels.Spec;

/// <summary>Which part of an <see cref="ArenaLayout"/> a slot lies in.</summary>
public enum Region
{
    /// <summary>One copy, the same for every lane: parameters, keys, optimizer state.</summary>
    Shared,

    /// <summary>One copy per lane: inputs of a chunk, activations, partial sums.</summary>
    Lane,
}

/// <summary>Where a launch finds one operand.</summary>
/// <param name="Region">The region.</param>
/// <param name="Offset">First float element, counted from the start of the region.</param>
/// <param name="Steps">
/// For every enclosing <see cref="Repeat"/>, outermost first, how many elements the slot moves per iteration; empty when it stays.
/// </param>
public readonly record struct Slot(Region Region, long Offset, EquatableArray<long> Steps);

/// <summary>One instruction of a <see cref="KernelProgram"/>.</summary>
public abstract record Instruction;

/// <summary>Runs one kernel.</summary>
/// <param name="Spec">What to compute.</param>
/// <param name="Slots">Where: <see cref="KernelSpec.SlotCount"/> slots, inputs then outputs.</param>
/// <param name="Label">For listings and error messages.</param>
public sealed record Launch(KernelSpec Spec, EquatableArray<Slot> Slots, string Label = "") : Instruction;

/// <summary>Runs <paramref name="Body"/> <paramref name="Count"/> times; slots move by their steps each time.</summary>
/// <param name="Count">Iterations, at least 0.</param>
/// <param name="Body">Instructions of one iteration.</param>
public sealed record Repeat(int Count, EquatableArray<Instruction> Body) : Instruction;

/// <summary>A compiled computation as a device receives it: a fixed list of launches over one arena.</summary>
/// <param name="Instructions">In order of execution.</param>
public sealed record KernelProgram(EquatableArray<Instruction> Instructions);

/// <summary>Sizes of an arena.</summary>
/// <param name="SharedFloats">Float elements of the shared region.</param>
/// <param name="LaneFloats">Float elements of one lane.</param>
/// <param name="Lanes">Number of lanes, at least 1.</param>
public sealed record ArenaLayout(long SharedFloats, long LaneFloats, int Lanes);

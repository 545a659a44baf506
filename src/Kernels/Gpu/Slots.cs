using System.Reflection;
using System.Runtime.InteropServices;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>
/// Where a GPU kernel finds its operands: for each slot of its spec the first element in the arena. A plain struct of numbers, so it
/// travels as a kernel argument and no launch allocates.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Slots
{
    /// <summary>Most slots a spec may have on a GPU. The engine stops fusing at 14.</summary>
    public const int Capacity = 16;

    public int S0, S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, S12, S13, S14, S15;

    /// <summary>The field of slot <paramref name="index"/>, for emitted kernels.</summary>
    /// <param name="index">From 0 to <see cref="Capacity"/> - 1.</param>
    public static FieldInfo Field(int index) => typeof(Slots).GetField($"S{index}")!;

    /// <summary>The slots as a span, for the host.</summary>
    /// <param name="slots">The slots; the span lives as long.</param>
    public static Span<int> AsSpan(ref Slots slots) => MemoryMarshal.CreateSpan(ref slots.S0, Capacity);
}

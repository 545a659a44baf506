using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FastDPMeta.Kernels.Ntt;

/// <summary>
/// Doubles that begin at a cache line and that the collector never moves: vector loads do not straddle lines, and secrets leave no copies.
/// The collector frees them; <see cref="Clear"/> overwrites them before.
/// </summary>
internal sealed class ResidueBuffer
{
    private const int LineDoubles = 8;
    private readonly double[] _memory;
    private readonly int _first;

    /// <summary>Room for <paramref name="count"/> doubles, not zeroed.</summary>
    public ResidueBuffer(int count)
    {
        _memory = GC.AllocateUninitializedArray<double>(count + LineDoubles - 1, pinned: true);
        _first = Misalignment(_memory);
        Count = count;
    }

    /// <summary>How many.</summary>
    public int Count { get; }

    /// <summary>All of them.</summary>
    public Span<double> Span => _memory.AsSpan(_first, Count);

    /// <summary>Overwrites them with zeros, and is never optimised away.</summary>
    public void Clear() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(Span));

    // The array is pinned: its address stays.
    private static unsafe int Misalignment(double[] memory)
    {
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(memory));
        return (int)((LineDoubles - (address / sizeof(double) % LineDoubles)) % LineDoubles);
    }
}

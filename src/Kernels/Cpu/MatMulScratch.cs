using System.Runtime.InteropServices;
using FastDPMeta.Kernels.Memory;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>Packing room of one thread: native, made at the thread's first packed product, freed some time after the thread ends.</summary>
internal sealed unsafe class MatMulScratch
{
    /// <summary>Floats of a packed block of B: half a megabyte, about half of a level-2 cache.</summary>
    public const int BlockFloats = 128 * 1024;

    /// <summary>Floats of the strips of A that pass a panel of B together: 128 KiB, well within a level-2 cache.</summary>
    public const int StripFloats = 32 * 1024;

    /// <summary>Floats of a tile of C: at most 32 vectors of 16.</summary>
    public const int TileFloats = 32 * 16;

    /// <summary>Places in each of the tables of offsets.</summary>
    public const int TableOffsets = 4096;

    [ThreadStatic]
    private static MatMulScratch? _current;

    private readonly float* _memory;

    private MatMulScratch()
    {
        nuint floats = BlockFloats + StripFloats + TileFloats + CpuArena.SlackFloats + (2 * TableOffsets * (nuint)sizeof(nint) / sizeof(float));
        _memory = (float*)NativeMemory.AlignedAlloc(floats * sizeof(float), CpuArena.Alignment);
        NativeMemory.Clear(_memory, floats * sizeof(float));
    }

    /// <summary>The scratch of the calling thread; its addresses are valid while the thread runs.</summary>
    public static MatMulScratch Current => _current ??= new MatMulScratch();

    /// <summary>A packed block of B.</summary>
    public float* Block => _memory;

    /// <summary>Packed strips of A.</summary>
    public float* Strips => _memory + BlockFloats;

    /// <summary>A tile of C on its way to a strided place.</summary>
    public float* Tile => _memory + BlockFloats + StripFloats;

    /// <summary>Offsets of the terms of a block: of B while it is packed, of A's segments while tiles run.</summary>
    public nint* Terms => (nint*)(_memory + BlockFloats + StripFloats + TileFloats + CpuArena.SlackFloats);

    /// <summary>Offsets of the lines of a strip.</summary>
    public nint* Lines => Terms + TableOffsets;

    /// <summary>Frees the memory after the thread's end.</summary>
    ~MatMulScratch() => NativeMemory.AlignedFree(_memory);
}

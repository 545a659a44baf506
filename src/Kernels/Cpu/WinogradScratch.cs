using System.Runtime.InteropServices;
using FastDPMeta.Kernels.Memory;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>Room of one thread for transformed weights, windows and products: native, grown when a larger convolution comes, freed after the thread's end.</summary>
internal sealed unsafe class WinogradScratch
{
    [ThreadStatic]
    private static WinogradScratch? _current;

    private float* _memory;
    private long _floats;

    private WinogradScratch()
    {
    }

    /// <summary>The calling thread's room, valid until the next call on this thread. Elements hold anything; so do the arena's slack of elements behind it.</summary>
    /// <param name="floats">How much is needed.</param>
    public static float* Of(long floats)
    {
        WinogradScratch scratch = _current ??= new WinogradScratch();
        if (scratch._floats < floats)
        {
            nuint bytes = (nuint)(floats + CpuArena.SlackFloats) * sizeof(float);
            NativeMemory.AlignedFree(scratch._memory);
            scratch._memory = null; // should the next line but one throw
            scratch._floats = 0;
            scratch._memory = (float*)NativeMemory.AlignedAlloc(bytes, CpuArena.Alignment);
            scratch._floats = floats;
            NativeMemory.Clear(scratch._memory, bytes);
        }

        return scratch._memory;
    }

    /// <summary>Frees the memory after the thread's end.</summary>
    ~WinogradScratch() => NativeMemory.AlignedFree(_memory);
}

using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels;

/// <summary>
/// Something that runs kernels: the processor's SIMD units, or a GPU through ILGPU. All devices compute the same specs; each gives
/// the same bits for the same work every time. Not thread-safe except where said.
/// </summary>
public abstract class Device : IDisposable
{
    /// <summary>What this device is.</summary>
    public abstract DeviceInfo Info { get; }

    /// <summary>How many lanes run side by side: worker threads on the CPU, 1 on a GPU.</summary>
    public abstract int Lanes { get; }

    /// <summary>Why this device was chosen, one sentence, for people.</summary>
    public string Choice { get; internal set; } = "asked for by name";

    /// <summary>Allocates an arena, all zero.</summary>
    /// <param name="layout">Its sizes.</param>
    /// <exception cref="DeviceException">There is not enough memory; the message says how much was asked for.</exception>
    public abstract Arena Allocate(ArenaLayout layout);

    /// <summary>Compiles the kernels of <paramref name="program"/> (each distinct spec once) and resolves its slots.</summary>
    /// <param name="program">What to run.</param>
    /// <param name="arena">The memory to run it in; made by this device.</param>
    public abstract Replay Prepare(KernelProgram program, Arena arena);

    /// <summary>
    /// Calls <paramref name="body"/> once for each lane 0 .. <paramref name="lanes"/> - 1, lane i always on worker i % <see cref="Lanes"/>,
    /// and returns when all are done; the first exception is rethrown. Does not allocate.
    /// </summary>
    /// <param name="lanes">How many lanes.</param>
    /// <param name="body">What to do; called from several threads at once on the CPU.</param>
    public abstract void RunLanes(int lanes, Action<int> body);

    /// <summary>Frees the device: worker threads, driver contexts.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the device: worker threads, driver contexts.</summary>
    /// <param name="disposing">False when called by a finalizer.</param>
    protected abstract void Dispose(bool disposing);
}

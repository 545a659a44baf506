namespace FastDPMeta.Kernels;

/// <summary>
/// A <see cref="Spec.KernelProgram"/> made ready on one device and arena: kernels compiled, slots resolved to addresses.
/// Running it is a loop over launches, with no allocation, dictionary, LINQ or lock.
/// </summary>
public abstract class Replay : IDisposable
{
    /// <summary>Runs every launch on <paramref name="lane"/>. On the CPU on the calling thread alone, so lanes may run side by side.</summary>
    /// <param name="lane">Which lane's memory to use.</param>
    public abstract void Run(int lane);

    /// <summary>Runs every launch on lane 0 with each kernel spread over the whole device.</summary>
    public abstract void RunWide();

    /// <summary>Number of kernel launches of one run, repeats counted.</summary>
    public abstract long LaunchCount { get; }

    /// <summary>Number of different kernels.</summary>
    public abstract int KernelCount { get; }

    /// <summary>Frees what the replay holds besides the arena.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the replay holds besides the arena.</summary>
    /// <param name="disposing">False when called by a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}

namespace FastDPMeta.Kernels.Tests;

/// <summary>Measures managed allocation.</summary>
internal static class Allocations
{
    /// <summary>Least number of bytes that the calling thread allocates in a run after the first: later runs may still meet a first use inside the runtime.</summary>
    public static long OfThisThread(Action action)
    {
        action();
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 3 && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    /// <summary>
    /// Least number of bytes that the whole process allocates during a run: the test host's and the runtime's own threads may allocate
    /// meanwhile, so the quietest of several runs counts. What allocates every time is found.
    /// </summary>
    public static long OfAllThreads(Action action)
    {
        action();
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 10 && least > 0; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            action();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least;
    }
}

namespace FastDPMeta.Kernels.Tests;

/// <summary>Measures managed allocation.</summary>
internal static class Allocations
{
    /// <summary>Bytes that the calling thread allocates in a second run of <paramref name="action"/>.</summary>
    public static long OfThisThread(Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>
    /// Least number of bytes that the whole process allocates during a run: other tests and the runtime's own threads may allocate
    /// meanwhile, so the quietest of many runs counts. What allocates every time is found.
    /// </summary>
    public static long OfAllThreads(Action action)
    {
        action();
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 100 && least > 0; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            action();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least;
    }
}

namespace FastDPMeta.Kernels.Cpu;

/// <summary>What a <see cref="WorkerPool"/> runs: called once for each worker, at the same time.</summary>
internal interface IWorkerTask
{
    /// <summary>Does the share of <paramref name="worker"/>.</summary>
    /// <param name="worker">From 0 (the calling thread) to <paramref name="workers"/> - 1.</param>
    /// <param name="workers">How many take part.</param>
    void Execute(int worker, int workers);
}

namespace FastDPMeta.Kernels.Cpu;

/// <summary>A product without terms: zero, or nothing to add.</summary>
internal sealed unsafe class CpuZeroProduct(MatMulProblem problem) : CpuKernel
{
    /// <inheritdoc/>
    public override void Run(float* arena, long* slots, int part, int parts)
    {
        if (problem.Accumulate)
        {
            return;
        }

        long total = problem.Batch.Count * problem.M;
        long end = BatchAxes.PartStart(total, part + 1, parts);
        for (long item = BatchAxes.PartStart(total, part, parts); item < end; item++)
        {
            (long number, long row) = Math.DivRem(item, problem.M);
            float* c = arena + slots[2] + problem.Batch.Offset(2, number) + (row * problem.C.Row);
            for (long n = 0; n < problem.N; n++)
            {
                c[n * problem.C.Column] = 0; // one element of C: the replay has checked the slot
            }
        }
    }
}

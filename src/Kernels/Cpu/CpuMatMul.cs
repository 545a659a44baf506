using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>Batched matrix products. Parts share out the rows of the result.</summary>
internal sealed unsafe class CpuMatMul(MatMulSpec spec) : CpuKernel
{
    private readonly BatchAxes _batch = new(spec.Batch.Span, spec.A.Batch, spec.B.Batch, spec.C.Batch);
    private readonly MatMulSpec _spec = spec;

    /// <summary>Chooses how to compute a product.</summary>
    public static CpuKernel Compile(MatMulSpec spec, int vectorBits) => new CpuMatMul(spec);

    /// <inheritdoc/>
    public override void Run(float* arena, long* slots, int part, int parts)
    {
        long end = BatchAxes.PartStart(_batch.Count * _spec.M, part + 1, parts);
        for (long item = BatchAxes.PartStart(_batch.Count * _spec.M, part, parts); item < end; item++)
        {
            (long number, long m) = Math.DivRem(item, _spec.M);
            float* a = arena + slots[0] + _batch.Offset(0, number) + (m * _spec.A.Row);
            float* b = arena + slots[1] + _batch.Offset(1, number);
            float* c = arena + slots[2] + _batch.Offset(2, number) + (m * _spec.C.Row);
            for (long n = 0; n < _spec.N && !_spec.Accumulate; n++)
            {
                c[n * _spec.C.Column] = 0;
            }

            for (long k = 0; k < _spec.K; k++)
            {
                float factor = a[k * _spec.A.Column];
                for (long n = 0; n < _spec.N; n++)
                {
                    c[n * _spec.C.Column] += factor * b[(k * _spec.B.Row) + (n * _spec.B.Column)];
                }
            }
        }
    }
}

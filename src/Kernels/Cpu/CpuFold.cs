using System.Numerics.Tensors;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// Lays windows back and adds them. Parts share out (outer, position) pairs: each output row gathers its terms in order of k, so nothing
/// is written twice.
/// </summary>
internal sealed unsafe class CpuFold(FoldSpec spec) : CpuKernel
{
    private readonly FoldSpec _spec = spec;

    /// <inheritdoc/>
    public override void Run(float* arena, long* slots, int part, int parts)
    {
        float* input = arena + slots[0];
        float* output = arena + slots[1];
        long total = (long)_spec.Outer * _spec.Length;
        long end = BatchAxes.PartStart(total, part + 1, parts);
        for (long item = BatchAxes.PartStart(total, part, parts); item < end; item++)
        {
            (long outer, long position) = Math.DivRem(item, _spec.Length);
            float* windows = input + (outer * _spec.Windows * _spec.Inner * _spec.Size);
            Gather(windows, output + (item * _spec.Inner), (int)position);
        }
    }

    /// <summary>One output row: all (window, k) with window·Step + k·Dilation = position.</summary>
    private void Gather(float* windows, float* output, int position)
    {
        (int inner, int size, int step) = (_spec.Inner, _spec.Size, _spec.Step);
        Span<float> row = new(output, inner); // one row of the output slot
        row.Clear();
        for (int k = 0; k < size; k++)
        {
            int start = position - (k * _spec.Dilation);
            if (start < 0)
            {
                break;
            }

            int window = start / step;
            if (window >= _spec.Windows || window * step != start)
            {
                continue;
            }

            float* terms = windows + ((long)window * inner * size) + k; // element [window, 0, k]
            if (size == 1)
            {
                TensorPrimitives.Add(row, new ReadOnlySpan<float>(terms, inner), row);
                continue;
            }

            for (int i = 0; i < inner; i++)
            {
                output[i] += terms[(long)i * size];
            }
        }
    }
}

using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>Copies rows of a table. Parts share out the output rows.</summary>
internal sealed unsafe class CpuGather(GatherSpec spec) : CpuKernel
{
    private readonly BatchAxes _batch = new(spec.Batch.Span, spec.TableBatch, spec.IndexBatch, spec.OutputBatch);
    private readonly int _rows = spec.Rows;
    private readonly int _width = spec.Width;
    private readonly int _count = spec.Count;

    /// <inheritdoc/>
    public override void Run(float* arena, long* slots, int part, int parts)
    {
        long total = _batch.Count * _count;
        long item = BatchAxes.PartStart(total, part, parts);
        long end = BatchAxes.PartStart(total, part + 1, parts);
        while (item < end)
        {
            (long number, long first) = Math.DivRem(item, _count);
            long last = Math.Min(_count, first + (end - item));
            float* table = arena + slots[0] + _batch.Offset(0, number);
            float* index = arena + slots[1] + _batch.Offset(1, number);
            float* output = arena + slots[2] + _batch.Offset(2, number);
            Copy(table, index, output, first, last);
            item += last - first;
        }
    }

    /// <summary>Output rows <paramref name="first"/> to <paramref name="last"/> - 1: the replay has checked the slot.</summary>
    private void Copy(float* table, float* index, float* output, long first, long last)
    {
        (int rows, long width) = (_rows, _width);
        for (long n = first; n < last; n++)
        {
            int row = RowIndex.Of(index[n], rows);
            if (row < 0)
            {
                new Span<float>(output + (n * width), (int)width).Fill(float.NaN);
            }
            else
            {
                RowVectors.Copy(output + (n * width), table + (row * width), (nint)width); // row < rows
            }
        }
    }
}

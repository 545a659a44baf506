using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// Adds rows into a table. Parts share out the batch, and within it the columns, so each output element has one writer that adds in order.
/// </summary>
internal sealed unsafe class CpuScatterAdd(ScatterAddSpec spec) : CpuKernel
{
    private readonly BatchAxes _batch = new(spec.Batch.Span, spec.IndexBatch, spec.UpdatesBatch, spec.OutputBatch);
    private readonly int _rows = spec.Rows;
    private readonly int _width = spec.Width;
    private readonly int _count = spec.Count;
    private readonly bool _accumulates = spec.Accumulate;

    /// <inheritdoc/>
    public override void Run(float* arena, long* slots, int part, int parts)
    {
        // Work items are (batch element, block of columns); a block is at least one cache line wide.
        int blocks = _batch.Count >= parts ? 1 : Math.Clamp(_width / 16, 1, parts);
        long total = _batch.Count * blocks;
        long end = BatchAxes.PartStart(total, part + 1, parts);
        for (long item = BatchAxes.PartStart(total, part, parts); item < end; item++)
        {
            (long number, long block) = Math.DivRem(item, blocks);
            int first = (int)BatchAxes.PartStart(_width, (int)block, blocks);
            int last = (int)BatchAxes.PartStart(_width, (int)block + 1, blocks);
            Add(
                arena + slots[0] + _batch.Offset(0, number),
                arena + slots[1] + _batch.Offset(1, number) + first,
                arena + slots[2] + _batch.Offset(2, number) + first,
                last - first);
        }
    }

    private void Add(float* index, float* updates, float* output, int width)
    {
        if (!_accumulates)
        {
            Clear(output, width);
        }

        (int rows, long stride) = (_rows, _width);
        for (long n = 0; n < _count; n++)
        {
            int row = RowIndex.Of(index[n], rows);
            if (row >= 0)
            {
                RowVectors.Add(output + (row * stride), updates + (n * stride), width); // row < rows, width columns of it
            }
        }
    }

    private void Clear(float* output, int width)
    {
        if (width == _width && (long)_rows * width <= int.MaxValue)
        {
            new Span<float>(output, _rows * width).Clear();
            return;
        }

        for (long row = 0; row < _rows; row++)
        {
            new Span<float>(output + (row * _width), width).Clear();
        }
    }
}

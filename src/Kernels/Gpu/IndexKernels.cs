using FastDPMeta.Kernels.Spec;
using ILGPU;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>
/// Gather, its adjoint, and the adjoint of a sliding window. Each output element belongs to one thread, which finds its terms and adds them
/// in order: no atomics, so the same bits every time.
/// </summary>
internal static class IndexKernels
{
    /// <summary>The kernel of <paramref name="spec"/>: one thread per (index, column).</summary>
    public static GpuKernel Build(GatherSpec spec, GpuLimits limits) => BatchKernels.PerThread(
        spec,
        (long)spec.Count * spec.Width,
        spec.Batch,
        [spec.TableBatch, spec.IndexBatch, spec.OutputBatch],
        typeof(IndexKernels).GetMethod(nameof(Gather))!,
        [spec.Rows, spec.Width],
        limits);

    /// <summary>The kernel of <paramref name="spec"/>: one thread per (row, column), which reads every index. Cost: rows · width · count.</summary>
    public static GpuKernel Build(ScatterAddSpec spec, GpuLimits limits) => BatchKernels.PerThread(
        spec,
        (long)spec.Rows * spec.Width,
        spec.Batch,
        [spec.IndexBatch, spec.UpdatesBatch, spec.OutputBatch],
        typeof(IndexKernels).GetMethod(nameof(ScatterAdd))!,
        [spec.Count, spec.Width, spec.Rows, spec.Accumulate ? 1 : 0],
        limits);

    /// <summary>The kernel of <paramref name="spec"/>: one thread per place, which compares with later ones from the last on. Cost: count².</summary>
    public static GpuKernel Build(RowGroupSpec spec, GpuLimits limits) => BatchKernels.PerThread(
        spec,
        spec.Count,
        spec.Batch,
        [spec.IndexBatch, spec.OutputBatch],
        typeof(IndexKernels).GetMethod(nameof(LastPlace))!,
        [spec.Count, spec.Rows],
        limits);

    /// <summary>The kernel of <paramref name="spec"/>: one thread per element of the output.</summary>
    public static GpuKernel Build(FoldSpec spec, GpuLimits limits) => BatchKernels.PerThread(
        spec,
        (long)spec.Length * spec.Inner,
        [spec.Outer],
        [[spec.Windows * spec.Inner * spec.Size], [spec.Length * spec.Inner]],
        typeof(IndexKernels).GetMethod(nameof(Fold))!,
        [spec.Windows, spec.Inner, spec.Size, spec.Step, spec.Dilation],
        limits);

    /// <summary>One element of a gathered row.</summary>
    public static void Gather(ArrayView<float> arena, int place, int table, int index, int output, int rows, int width)
    {
        float row = arena[index + (place / width)];

        // Written so that a NaN index is outside too.
        bool inside = row >= 0f && row < rows;
        arena[output + place] = inside ? arena[table + ((int)row * width) + (place % width)] : float.NaN;
    }

    /// <summary>One element of the table of sums.</summary>
    public static void ScatterAdd(ArrayView<float> arena, int place, int index, int updates, int output, int count, int width, int rows, int accumulate)
    {
        int row = place / width;
        int column = place % width;
        float sum = accumulate != 0 ? arena[output + place] : 0f;
        for (int n = 0; n < count; n++)
        {
            if (RowOf(arena[index + n], rows, outside: -1) == row)
            {
                sum += arena[updates + (n * width) + column];
            }
        }

        arena[output + place] = sum;
    }

    /// <summary>The last place that names the row which one place names.</summary>
    public static void LastPlace(ArrayView<float> arena, int place, int index, int output, int count, int rows)
    {
        // All places are passed, with no way out in between: loops that threads leave at different times are compiled wrongly by PoCL 6.
        int row = RowOf(arena[index + place], rows, outside: -1);
        int last = -1;
        for (int n = 0; n < count; n++)
        {
            last = RowOf(arena[index + n], rows, outside: -2) == row ? n : last;
        }

        arena[output + place] = last;
    }

    /// <summary>A row number as the table reads it, whole; written so that NaN is outside too.</summary>
    private static int RowOf(float number, int rows, int outside) => number >= 0f && number < rows ? (int)number : outside;

    /// <summary>One element of a folded axis: of each of the window's elements at most one window lies here.</summary>
    public static void Fold(ArrayView<float> arena, int place, int input, int output, int windows, int inner, int size, int step, int dilation)
    {
        int at = place / inner;
        int first = input + (place % inner * size);
        float sum = 0f;
        for (int k = 0; k < size; k++)
        {
            int start = at - (k * dilation);
            int window = start / step;
            if (start >= 0 && window < windows && window * step == start)
            {
                sum += arena[first + (window * inner * size) + k];
            }
        }

        arena[output + place] = sum;
    }
}

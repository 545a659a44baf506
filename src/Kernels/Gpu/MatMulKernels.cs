using FastDPMeta.Kernels.Spec;
using ILGPU;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>
/// Matrix products. Tiny ones take one thread an element; others groups of square·square threads, each thread 4×4 elements of C, the
/// operands passing through shared memory in slabs of <see cref="Depth"/>. Terms are added in order of k in both.
/// </summary>
internal static class MatMulKernels
{
    /// <summary>Elements of C along each side that one thread computes.</summary>
    public const int PerThread = 4;

    /// <summary>Columns of A and rows of B that are in shared memory at a time.</summary>
    public const int Depth = 16;

    // Rows of a slab lie this many elements further apart than they are long, so that storing a transposed slab meets different banks.
    private const int Padding = 4;

    // Room for the widest slab: 64 elements of side 16·4.
    private const int SlabFloats = Depth * ((16 * PerThread) + Padding);

    // Up to so many rows or columns most of a tile would be idle.
    private const int TinySide = 4;

    /// <summary>The kernel of <paramref name="spec"/>.</summary>
    public static GpuKernel Build(MatMulSpec spec, GpuLimits limits)
    {
        int square = Square(spec, limits);
        int[] constants =
        [
            spec.M, spec.N, spec.K, .. Parts(spec.A.Row), .. Parts(spec.A.Column), .. Parts(spec.B.Row), .. Parts(spec.B.Column), spec.C.Row.Stride, spec.C.Column.Stride,
            spec.Accumulate ? 1 : 0,
        ];
        EquatableArray<int>[] strides = [spec.A.Batch, spec.B.Batch, spec.C.Batch];
        if (square < 2)
        {
            return BatchKernels.PerThread(
                spec, (long)spec.M * spec.N, spec.Batch, strides, typeof(MatMulKernels).GetMethod(nameof(Direct))!, constants, limits);
        }

        int side = square * PerThread;
        long tiles = ((spec.M + (long)side - 1) / side) * ((spec.N + (long)side - 1) / side);
        return BatchKernels.PerGroup(
            spec, tiles, spec.Batch, strides, typeof(MatMulKernels).GetMethod(nameof(Tiled))!, [.. constants, square], square * square);
    }

    /// <summary>One element of C.</summary>
    public static void Direct(
        ArrayView<float> arena, int place, int a, int b, int c, int m, int n, int k,
        int aRow, int aRowRun, int aRow2, int aRowRun2, int aRow3, int aRowRun3, int aRow4,
        int aColumn, int aColumnRun, int aColumn2, int aColumnRun2, int aColumn3, int aColumnRun3, int aColumn4,
        int bRow, int bRowRun, int bRow2, int bRowRun2, int bRow3, int bRowRun3, int bRow4,
        int bColumn, int bColumnRun, int bColumn2, int bColumnRun2, int bColumn3, int bColumnRun3, int bColumn4,
        int cRow, int cColumn, int accumulate)
    {
        GpuMatrixAxis aRowAxis = new(aRow, aRowRun, aRow2, aRowRun2, aRow3, aRowRun3, aRow4);
        GpuMatrixAxis aColumnAxis = new(aColumn, aColumnRun, aColumn2, aColumnRun2, aColumn3, aColumnRun3, aColumn4);
        GpuMatrixAxis bRowAxis = new(bRow, bRowRun, bRow2, bRowRun2, bRow3, bRowRun3, bRow4);
        GpuMatrixAxis bColumnAxis = new(bColumn, bColumnRun, bColumn2, bColumnRun2, bColumn3, bColumnRun3, bColumn4);
        int row = place / n;
        int column = place % n;
        int left = a + aRowAxis.Offset(row);
        int right = b + bColumnAxis.Offset(column);
        float sum = 0f;
        for (int i = 0; i < k; i++)
        {
            sum += arena[left + aColumnAxis.Offset(i)] * arena[right + bRowAxis.Offset(i)];
        }

        int target = c + (row * cRow) + (column * cColumn);
        arena[target] = accumulate != 0 ? arena[target] + sum : sum;
    }

    /// <summary>One tile of C; <paramref name="place"/> is its number, row by row.</summary>
    public static void Tiled(
        ArrayView<float> arena, int place, int a, int b, int c, int m, int n, int k,
        int aRow, int aRowRun, int aRow2, int aRowRun2, int aRow3, int aRowRun3, int aRow4,
        int aColumn, int aColumnRun, int aColumn2, int aColumnRun2, int aColumn3, int aColumnRun3, int aColumn4,
        int bRow, int bRowRun, int bRow2, int bRowRun2, int bRow3, int bRowRun3, int bRow4,
        int bColumn, int bColumnRun, int bColumn2, int bColumnRun2, int bColumn3, int bColumnRun3, int bColumn4,
        int cRow, int cColumn, int accumulate, int square)
    {
        GpuMatrixAxis aRowAxis = new(aRow, aRowRun, aRow2, aRowRun2, aRow3, aRowRun3, aRow4);
        GpuMatrixAxis aColumnAxis = new(aColumn, aColumnRun, aColumn2, aColumnRun2, aColumn3, aColumnRun3, aColumn4);
        GpuMatrixAxis bRowAxis = new(bRow, bRowRun, bRow2, bRowRun2, bRow3, bRowRun3, bRow4);
        GpuMatrixAxis bColumnAxis = new(bColumn, bColumnRun, bColumn2, bColumnRun2, bColumn3, bColumnRun3, bColumn4);
        ArrayView<float> left = SharedMemory.Allocate<float>(SlabFloats);
        ArrayView<float> right = SharedMemory.Allocate<float>(SlabFloats);
        int side = square * PerThread;
        int pitch = side + Padding;
        int tilesAcross = (n + side - 1) / side;
        int firstRow = place / tilesAcross * side;
        int firstColumn = place % tilesAcross * side;
        int x = Group.IdxX % square;
        int y = Group.IdxX / square;

        MatMulTile tile = default;
        for (int slab = 0; slab < k; slab += Depth)
        {
            LoadSlab(arena, left, a, firstRow, m, slab, k, aRowAxis, aColumnAxis, side, square * square);
            LoadSlab(arena, right, b, firstColumn, n, slab, k, bColumnAxis, bRowAxis, side, square * square);
            Group.Barrier();
            for (int i = 0; i < Depth; i++)
            {
                int rows = (i * pitch) + y;
                int columns = (i * pitch) + x;
                tile.Add(
                    left[rows],
                    left[rows + square],
                    left[rows + (2 * square)],
                    left[rows + (3 * square)],
                    right[columns],
                    right[columns + square],
                    right[columns + (2 * square)],
                    right[columns + (3 * square)]);
            }

            Group.Barrier();
        }

        tile.Store(arena, c, firstRow + y, firstColumn + x, square, m, n, cRow, cColumn, accumulate);
    }

    /// <summary>
    /// Brings elements [first, first + side) × [firstDepth, firstDepth + Depth) of an operand into shared memory, depth by depth; zero outside. Neighbouring threads
    /// follow whichever axis is contiguous in memory.
    /// </summary>
    private static void LoadSlab(
        ArrayView<float> arena, ArrayView<float> slab, int source, int first, int extent, int firstDepth, int depth, GpuMatrixAxis sideAxis, GpuMatrixAxis depthAxis, int side, int threads)
    {
        int pitch = side + Padding;
        for (int element = Group.IdxX; element < side * Depth; element += threads)
        {
            int i = depthAxis.Stride == 1 ? element % Depth : element / side;
            int s = depthAxis.Stride == 1 ? element / Depth : element % side;
            float value = 0f;
            if (first + s < extent && firstDepth + i < depth)
            {
                value = arena[source + sideAxis.Offset(first + s) + depthAxis.Offset(firstDepth + i)];
            }

            slab[(i * pitch) + s] = value;
        }
    }

    /// <summary>Strides and extents of an axis, innermost first, as <see cref="GpuMatrixAxis"/> takes them; 0 where there is no further part.</summary>
    private static int[] Parts(MatrixAxis axis)
    {
        int[] parts = new int[(2 * MatrixAxis.MostParts) - 1];
        for (int i = 0; i < axis.Parts.Count; i++)
        {
            MatrixAxisPart part = axis.Parts[axis.Parts.Count - 1 - i];
            parts[2 * i] = part.Stride;
            if (i < axis.Parts.Count - 1)
            {
                parts[(2 * i) + 1] = part.Extent;
            }
        }

        return parts;
    }

    /// <summary>Threads along a tile's side: the largest whose tile is not mostly outside C; 1 for no tile at all.</summary>
    private static int Square(MatMulSpec spec, GpuLimits limits)
    {
        int smaller = Math.Min(spec.M, spec.N);
        if (smaller <= TinySide)
        {
            return 1;
        }

        int square = limits.Square;
        while (square > 4 && smaller <= square * PerThread / 2)
        {
            square /= 2;
        }

        return square;
    }
}

using ILGPU;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>
/// The 4×4 sums of one thread. Fields rather than an array: ILGPU keeps them in registers. Element (i, j) is that of row y + i·square,
/// column x + j·square of the tile, so neighbouring threads store neighbouring columns.
/// </summary>
internal struct MatMulTile
{
    private float _c00, _c01, _c02, _c03;
    private float _c10, _c11, _c12, _c13;
    private float _c20, _c21, _c22, _c23;
    private float _c30, _c31, _c32, _c33;

    /// <summary>Adds the outer product of four elements of a column of A and four of a row of B.</summary>
    public void Add(float a0, float a1, float a2, float a3, float b0, float b1, float b2, float b3)
    {
        _c00 += a0 * b0;
        _c01 += a0 * b1;
        _c02 += a0 * b2;
        _c03 += a0 * b3;
        _c10 += a1 * b0;
        _c11 += a1 * b1;
        _c12 += a1 * b2;
        _c13 += a1 * b3;
        _c20 += a2 * b0;
        _c21 += a2 * b1;
        _c22 += a2 * b2;
        _c23 += a2 * b3;
        _c30 += a3 * b0;
        _c31 += a3 * b1;
        _c32 += a3 * b2;
        _c33 += a3 * b3;
    }

    /// <summary>Stores the elements that lie inside C.</summary>
    public readonly void Store(
        ArrayView<float> arena, int c, int row, int column, int square, int m, int n, int rowStride, int columnStride, int accumulate)
    {
        StoreRow(arena, c, row, column, square, m, n, rowStride, columnStride, accumulate, _c00, _c01, _c02, _c03);
        StoreRow(arena, c, row + square, column, square, m, n, rowStride, columnStride, accumulate, _c10, _c11, _c12, _c13);
        StoreRow(arena, c, row + (2 * square), column, square, m, n, rowStride, columnStride, accumulate, _c20, _c21, _c22, _c23);
        StoreRow(arena, c, row + (3 * square), column, square, m, n, rowStride, columnStride, accumulate, _c30, _c31, _c32, _c33);
    }

    private static void StoreRow(
        ArrayView<float> arena, int c, int row, int column, int square, int m, int n, int rowStride, int columnStride, int accumulate, float v0, float v1, float v2, float v3)
    {
        if (row < m)
        {
            int start = c + (row * rowStride);
            StoreElement(arena, start, column, n, columnStride, accumulate, v0);
            StoreElement(arena, start, column + square, n, columnStride, accumulate, v1);
            StoreElement(arena, start, column + (2 * square), n, columnStride, accumulate, v2);
            StoreElement(arena, start, column + (3 * square), n, columnStride, accumulate, v3);
        }
    }

    private static void StoreElement(ArrayView<float> arena, int start, int column, int n, int columnStride, int accumulate, float value)
    {
        if (column < n)
        {
            int target = start + (column * columnStride);
            arena[target] = accumulate != 0 ? arena[target] + value : value;
        }
    }
}

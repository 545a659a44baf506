using System.Diagnostics;
using System.Runtime.Intrinsics;
using FastDPMeta.Kernels.Scalar;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// Batched matrix products by register tiles. Each output is one sum over k in ascending order (within a vector lane for dots, in blocks of
/// the plan's depth for tiles), whatever the part, so results do not depend on the split. Parts share out tiles of the whole batch.
/// </summary>
/// <remarks>
/// Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication", with two changes for small products: operands that are
/// already in the right order are read in place, and where a panel of B does not fit the level-1 cache, a strip of A stays there while the columns of B pass.
/// Safe because the replay has checked the slots and every load past an operand stays within the arena's slack: fewer than one vector.
/// </remarks>
internal sealed unsafe class CpuMatMul : CpuKernel
{
    private readonly MatMulPlan _plan;
    private readonly MatMulProblem _problem;
    private readonly int _rowTiles;
    private readonly int _columnTiles;

    // Of the plan and the problem, for products so small that looking them up would show.
    private readonly int _rows;
    private readonly int _columns;
    private readonly bool _packsA;
    private readonly bool _packsB;
    private readonly bool _scatters;
    private readonly nint _rowOfA;
    private readonly nint _termOfA;
    private readonly nint _termOfB;
    private readonly nint _columnOfB;

    private readonly AxisOffsets _rowsOfA;
    private readonly AxisOffsets _termsOfA;
    private readonly AxisOffsets _termsOfB;
    private readonly AxisOffsets _columnsOfB;

    // [whole or last rows, whole or last columns, store or add]
    private readonly nint[] _kernels = new nint[8];

    private CpuMatMul(MatMulPlan plan)
    {
        _plan = plan;
        _problem = plan.Problem;
        (_rows, _columns, _packsA, _packsB, _scatters) = (plan.Rows, plan.TileColumns, plan.PackA, plan.PackB, plan.Scatters);
        (_rowOfA, _termOfA) = (_problem.A.Row.Stride, _problem.A.Column.Stride);
        (_termOfB, _columnOfB) = (_problem.B.Row.Stride, _problem.B.Column.Stride);
        _rowTiles = (int)(((long)_problem.M + _rows - 1) / _rows);
        _columnTiles = (int)(((long)_problem.N + _columns - 1) / _columns);
        _rowsOfA = new AxisOffsets(_problem.A.Row);
        _termsOfA = new AxisOffsets(plan.Run > 0 ? SegmentsOf(_problem.A.Column, _problem.K, plan.Run) : _problem.A.Column);
        _termsOfB = new AxisOffsets(_problem.B.Row);
        _columnsOfB = new AxisOffsets(_problem.B.Column);
        for (int i = 0; i < _kernels.Length; i++)
        {
            int rows = (i & 4) == 0 ? _rows : _problem.M - ((_rowTiles - 1) * _rows);
            int columns = (i & 2) == 0 ? _columns : _problem.N - ((_columnTiles - 1) * _columns);
            _kernels[i] = MatMulTileEmitter.Kernel(Shape(rows, columns, accumulate: (i & 1) != 0));
        }
    }

    /// <summary>How it computes; for tests and reports.</summary>
    public MatMulPlan Plan => _plan;

    /// <summary>Chooses how to compute a product and makes its tile kernels.</summary>
    public static CpuKernel Compile(MatMulSpec spec, int vectorBits)
    {
        MatMulProblem problem = MatMulProblem.Of(spec);
        if (problem.M == 0 || problem.N == 0 || problem.K == 0 || problem.Batch.Count == 0)
        {
            return new CpuZeroProduct(problem);
        }

        return WinogradProblem.Of(problem) is { } convolution
            ? Convolution(convolution, vectorBits)
            : new CpuMatMul(MatMulPlan.Choose(problem, vectorBits));
    }

    private static CpuKernel Convolution(WinogradProblem problem, int vectorBits) => vectorBits switch
    {
        512 => new CpuWinograd<Lane512, Vector512<float>>(problem, vectorBits),
        256 => new CpuWinograd<Lane256, Vector256<float>>(problem, vectorBits),
        _ => new CpuWinograd<Lane128, Vector128<float>>(problem, vectorBits),
    };

    /// <inheritdoc/>
    public override void Run(float* arena, long* slots, int part, int parts)
    {
        // Tiles of rows, or of columns where rows give too few shares, are numbered through the batch.
        bool byRows = _rowTiles >= _columnTiles || _problem.Batch.Count * _rowTiles >= 4L * parts;
        int tiles = byRows ? _rowTiles : _columnTiles;
        long item = BatchAxes.PartStart(_problem.Batch.Count * tiles, part, parts);
        long end = BatchAxes.PartStart(_problem.Batch.Count * tiles, part + 1, parts);
        MatMulScratch? scratch = _packsA || _packsB || _scatters || _plan.Run > 0 ? MatMulScratch.Current : null;
        while (item < end)
        {
            (long number, long first) = Math.DivRem(item, tiles);
            int last = (int)Math.Min(tiles, first + (end - item));
            float* left = arena + slots[0] + _problem.Batch.Offset(0, number);
            float* right = arena + slots[1] + _problem.Batch.Offset(1, number);
            float* a = _plan.IsTransposed ? right : left;
            float* b = _plan.IsTransposed ? left : right;
            float* c = arena + slots[2] + _problem.Batch.Offset(2, number);
            if (byRows)
            {
                Multiply(a, b, c, (int)first, last, 0, _columnTiles, scratch);
            }
            else
            {
                Multiply(a, b, c, 0, _rowTiles, (int)first, last, scratch);
            }

            item += last - first;
        }
    }

    private TileShape Shape(int rows, int columns, bool accumulate)
    {
        if (_plan.IsDot)
        {
            return new TileShape(true, _plan.VectorBits, rows, columns, 0, accumulate);
        }

        int width = _plan.VectorBits / 32;
        int vectors = (columns + width - 1) / width;
        return new TileShape(false, _plan.VectorBits, rows, vectors, columns - ((vectors - 1) * width), accumulate, _plan.Run > 0);
    }

    /// <summary>The axis over segments of <paramref name="run"/> terms.</summary>
    private static MatrixAxis SegmentsOf(MatrixAxis terms, int length, int run)
    {
        MatrixAxisPart[] parts = [.. terms.Extents(length)];
        MatrixAxisPart inner = parts[^1];
        return MatrixAxis.Of([.. parts[..^1], new MatrixAxisPart(inner.Extent / run, inner.Stride * run)]);
    }

    /// <summary>One product, or a rectangle of its tiles.</summary>
    private void Multiply(float* a, float* b, float* c, int firstRow, int lastRow, int firstColumn, int lastColumn, MatMulScratch? scratch)
    {
        int columnsPerBlock = _packsB ? Math.Max(1, MatMulScratch.BlockFloats / (_plan.Depth * _columns)) : lastColumn - firstColumn;
        int rowsPerBlock = _plan.KeepsPanels ? Math.Max(1, MatMulScratch.StripFloats / (_plan.Depth * _rows)) : 1;
        for (int k = 0; k < _problem.K; k += _plan.Depth)
        {
            int depth = Math.Min(_plan.Depth, _problem.K - k);
            bool accumulate = _problem.Accumulate || k > 0;
            for (int column = firstColumn; column < lastColumn; column += columnsPerBlock)
            {
                int end = Math.Min(lastColumn, column + columnsPerBlock);
                if (_packsB)
                {
                    PackBlock(b, k, column, end, depth, scratch!);
                }

                if (_plan.Run > 0)
                {
                    _termsOfA.Fill(k / _plan.Run, depth / _plan.Run, 0, sizeof(float), scratch!.Terms);
                }

                for (int row = firstRow; row < lastRow; row += rowsPerBlock)
                {
                    Block(a, b, c, row, Math.Min(lastRow, row + rowsPerBlock), k, column, end, depth, accumulate, scratch);
                }
            }
        }
    }

    private void PackBlock(float* b, int firstTerm, int firstTile, int endTile, int depth, MatMulScratch scratch)
    {
        int width = _columns;
        float* block = scratch.Block;
        bool isSimple = _problem.B.IsSimple;
        if (!isSimple)
        {
            _termsOfB.Fill(firstTerm, depth, 0, 1, scratch.Terms);
        }

        for (int tile = firstTile; tile < endTile; tile++)
        {
            int columns = Math.Min(width, _problem.N - (tile * width));
            if (isSimple)
            {
                float* source = b + (firstTerm * _termOfB) + (tile * width * _columnOfB);
                MatMulPacking.Pack(source, _columnOfB, _termOfB, columns, depth, block, width);
            }
            else
            {
                _columnsOfB.Fill((long)tile * width, columns, 0, 1, scratch.Lines);
                MatMulPacking.Pack(b, scratch.Lines, scratch.Terms, columns, depth, block, width);
            }

            block += (long)width * depth;
        }
    }

    /// <summary>Packs a row of A's tiles; rows lie side by side.</summary>
    private void PackStrip(float* a, int firstRow, int rows, int firstTerm, int depth, float* strip, MatMulScratch scratch)
    {
        if (_problem.A.IsSimple)
        {
            float* source = a + (firstRow * _rowOfA) + (firstTerm * _termOfA);
            MatMulPacking.Pack(source, _rowOfA, _termOfA, rows, depth, strip, rows);
            return;
        }

        _termsOfA.Fill(firstTerm, depth, 0, 1, scratch.Terms);
        _rowsOfA.Fill(firstRow, rows, 0, 1, scratch.Lines);
        MatMulPacking.Pack(a, scratch.Lines, scratch.Terms, rows, depth, strip, rows);
    }

    /// <summary>
    /// Some rows of tiles. A single row passes along all columns: its strip of A stays near. Several pass together from one panel of B to the next, which
    /// then stays near while they are fetched from the cache behind, and as tiles are wider than high, that is less to fetch.
    /// </summary>
    private void Block(
        float* a, float* b, float* c, int firstTileRow, int endTileRow, int firstTerm, int firstColumn, int endColumn, int depth, bool accumulate, MatMulScratch? scratch)
    {
        int width = _columns;
        int stripFloats = _rows * depth;
        TileArguments call = default;
        call.BStride = _plan.IsDot ? Bytes(_columnOfB) : _packsB ? width * sizeof(float) : Bytes(_termOfB);
        call.CRow = Bytes(_problem.C.Row);
        call.CColumn = Bytes(_problem.C.Column);
        call.Depth = depth;
        call.ARow = _packsA ? sizeof(float) : Bytes(_rowOfA);
        call.ADepth = Bytes(_termOfA);
        for (int row = firstTileRow; row < endTileRow && _packsA; row++)
        {
            PackStrip(a, row * _rows, RowsOf(row), firstTerm, depth, scratch!.Strips + ((long)(row - firstTileRow) * stripFloats), scratch);
        }

        if (_plan.Run > 0)
        {
            _rowsOfA.Fill(firstTileRow * _rows, RowsOf(firstTileRow), (nint)a, sizeof(float), scratch!.Lines);
            (call.Lines, call.Segments, call.SegmentCount) = ((nint)scratch.Lines, (nint)scratch.Terms, depth / _plan.Run);
            call.Depth = _plan.Run;
        }

        float* left = a + (firstTerm * _termOfA);
        float* right = b + (firstTerm * _termOfB);
        for (int tile = firstColumn; tile < endColumn; tile++)
        {
            long column = (long)tile * width;
            call.B = _packsB
                ? (nint)(scratch!.Block + ((long)(tile - firstColumn) * width * depth))
                : (nint)(right + (column * _columnOfB));
            int columnKind = tile == _columnTiles - 1 ? 2 : 0;
            for (int row = firstTileRow; row < endTileRow; row++)
            {
                long firstRow = (long)row * _rows;
                if (_packsA)
                {
                    call.A = (nint)(scratch!.Strips + ((long)(row - firstTileRow) * stripFloats));
                    call.ADepth = RowsOf(row) * sizeof(float);
                }
                else
                {
                    call.A = (nint)(left + (firstRow * _rowOfA));
                }

                float* target = c + (firstRow * _problem.C.Row) + (column * _problem.C.Column);
                int kind = columnKind | (row == _rowTiles - 1 ? 4 : 0);
                if (_scatters)
                {
                    Scatter(call, kind, RowsOf(row), (int)Math.Min(width, _problem.N - column), target, accumulate, scratch!.Tile);
                    continue;
                }

                call.C = (nint)target;
                ((delegate*<TileArguments*, void>)_kernels[kind | (accumulate ? 1 : 0)])(&call);
            }
        }
    }

    private int RowsOf(int tileRow) => Math.Min(_rows, _problem.M - (tileRow * _rows));

    /// <summary>Computes a tile aside and writes it element by element.</summary>
    private void Scatter(TileArguments call, int kind, int rows, int columns, float* target, bool accumulate, float* tile)
    {
        int width = _columns;
        Debug.Assert(rows * width <= MatMulScratch.TileFloats, "A tile fits the registers, hence the scratch.");
        call.C = (nint)tile;
        call.CRow = width * sizeof(float);
        ((delegate*<TileArguments*, void>)_kernels[kind])(&call);
        (long rowStride, long columnStride) = _problem.C;
        for (int n = 0; n < columns; n++)
        {
            float* line = target + (n * columnStride);
            for (int m = 0; m < rows; m++)
            {
                float value = tile[(m * width) + n];
                line[m * rowStride] = accumulate ? line[m * rowStride] + value : value;
            }
        }
    }

    private static nint Bytes(long floats) => (nint)(floats * sizeof(float));
}

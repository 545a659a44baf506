using System.Diagnostics;
using System.Runtime.CompilerServices;
using FastDPMeta.Kernels.Emit;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// A fused map on the CPU. The domain is cut into blocks of rows; two emitted methods run over the rows of a block, one for whole vectors,
/// one for the part of a vector at the end of each row. Inputs that lie across the rows are brought into a small tile first.
/// </summary>
/// <remarks>
/// An element's bits do not depend on where it falls in a vector, nor (where the hardware fuses multiply and add) on the vectors' width,
/// so they do not depend on the split either.
/// </remarks>
internal sealed unsafe class CpuLoopKernel : CpuKernel
{
    private readonly CpuLoopPlan _plan;
    private readonly int _laneMask;
    private readonly delegate*<float**, nint, nint, void> _whole;
    private readonly delegate*<float**, nint, nint, void> _remainder;

    private CpuLoopKernel(CpuLoopPlan plan)
    {
        _plan = plan;
        _laneMask = plan.Lane.Count - 1;
        if (!plan.IsEmpty)
        {
            _whole = (delegate*<float**, nint, nint, void>)CpuLoopEmitter.Emit(plan, remainder: false);
            _remainder = plan.Lane.IsVector ? (delegate*<float**, nint, nint, void>)CpuLoopEmitter.Emit(plan, remainder: true) : null;
        }
    }

    /// <summary>Compiles a spec.</summary>
    /// <param name="spec">What to compute.</param>
    /// <param name="vectorBits">512, 256, 128, 32 (plain floats), or 0 for the widest the hardware has.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another width.</exception>
    public static CpuKernel Compile(LoopSpec spec, int vectorBits) => new CpuLoopKernel(CpuLoopPlan.Create(spec, Lane.Of(vectorBits)));

    /// <inheritdoc/>
    [SkipLocalsInit]
    public override void Run(float* arena, long* slots, int part, int parts)
    {
        Debug.Assert((uint)part < (uint)parts, "Parts are numbered from 0.");
        CpuLoopPlan plan = _plan;
        if (plan.IsEmpty)
        {
            return;
        }

        int operands = plan.Operands;
        float** pointers = stackalloc float*[operands];
        if (parts == 1 && plan.IsOneBlock)
        {
            for (int operand = 0; operand < operands; operand++)
            {
                pointers[operand] = arena + slots[operand];
            }

            RunBlock(pointers, plan.Rows, plan.Columns);
            return;
        }

        // Rows are shared out if there are enough of them, else the columns, in whole cache lines.
        bool byRows = plan.RowCount >= parts;
        long firstRow = byRows ? plan.RowCount * part / parts : 0;
        long endRow = byRows ? plan.RowCount * (part + 1) / parts : plan.RowCount;
        nint firstColumn = byRows ? 0 : plan.ColumnBoundary(part, parts);
        nint endColumn = byRows ? plan.Columns : plan.ColumnBoundary(part + 1, parts);
        if (firstRow >= endRow || firstColumn >= endColumn)
        {
            return;
        }

        int* index = stackalloc int[plan.Outer.Rank + 1];
        for (int operand = 0; operand < operands; operand++)
        {
            pointers[operand] = arena + slots[operand] + plan.ColumnOffset(operand, firstColumn);
        }

        CpuLoopOdometer.Seek(plan.Outer, firstRow / plan.Rows, index, pointers);
        RunRows(pointers, index, firstRow, endRow, endColumn - firstColumn);
    }

    [SkipLocalsInit]
    private void RunRows(float** pointers, int* index, long row, long endRow, nint columns)
    {
        CpuLoopPlan plan = _plan;
        float** block = stackalloc float*[plan.Operands];
        while (true)
        {
            nint within = (nint)(row % plan.Rows);
            nint rows = (nint)Math.Min(plan.Rows - within, endRow - row);
            for (int operand = 0; operand < plan.Operands; operand++)
            {
                block[operand] = pointers[operand] + (within * plan.RowStrides[operand]);
            }

            if (plan.Tiled.Length > 0)
            {
                RunTiles(block, rows, columns);
            }
            else
            {
                RunBlocks(block, rows, columns);
            }

            row += rows;
            if (row >= endRow)
            {
                return;
            }

            CpuLoopOdometer.Advance(plan.Outer, index, pointers);
        }
    }

    private void RunBlocks(float** pointers, nint rows, nint columns)
    {
        nint most = _plan.BlockRows;
        while (rows > most)
        {
            RunBlock(pointers, most, columns);
            for (int operand = 0; operand < _plan.Operands; operand++)
            {
                pointers[operand] += most * _plan.RowStrides[operand];
            }

            rows -= most;
        }

        RunBlock(pointers, rows, columns);
    }

    [SkipLocalsInit]
    private void RunBlock(float** pointers, nint rows, nint columns)
    {
        nint rest = columns & _laneMask;
        nint whole = columns - rest;
        if (whole > 0)
        {
            _whole(pointers, rows, whole);
        }

        if (rest > 0)
        {
            float** last = stackalloc float*[_plan.Operands];
            for (int operand = 0; operand < _plan.Operands; operand++)
            {
                last[operand] = pointers[operand] + _plan.EmittedOffset(operand, whole);
            }

            _remainder(last, rows, rest);
        }
    }

    /// <summary>Square tiles: inputs that lie across are transposed into scratch rows, then the tile runs like any block.</summary>
    [SkipLocalsInit]
    private void RunTiles(float** pointers, nint rows, nint columns)
    {
        CpuLoopPlan plan = _plan;
        float* scratch = stackalloc float[plan.Tiled.Length * CpuLoopTile.Elements];
        float** tile = stackalloc float*[plan.Operands];
        for (nint row = 0; row < rows; row += CpuLoopTile.Side)
        {
            nint height = Math.Min(CpuLoopTile.Side, rows - row);
            for (nint column = 0; column < columns; column += CpuLoopTile.Side)
            {
                nint width = Math.Min(CpuLoopTile.Side, columns - column);
                for (int operand = 0; operand < plan.Operands; operand++)
                {
                    tile[operand] = pointers[operand] + (row * plan.RowStrides[operand]) + plan.ColumnOffset(operand, column);
                }

                for (int tiled = 0; tiled < plan.Tiled.Length; tiled++)
                {
                    int operand = plan.Tiled[tiled];
                    float* copy = scratch + (tiled * CpuLoopTile.Elements);
                    CpuLoopTile.Transpose(tile[operand], plan.ColumnStrides[operand], copy, width, height);
                    tile[operand] = copy;
                }

                RunBlock(tile, height, width);
            }
        }
    }
}

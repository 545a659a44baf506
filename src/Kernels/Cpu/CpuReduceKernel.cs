using System.Diagnostics;
using System.Runtime.CompilerServices;
using FastDPMeta.Kernels.Emit;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// A reduction on the CPU, with its map in front. The order of additions is fixed by the spec and the vectors' width: chains of at most 128
/// float additions side by side, a balanced tree over lanes, and partial sums of blocks added in double precision.
/// </summary>
/// <remarks>
/// The error of a sum is at most 128 half-ulps of the sum of magnitudes (8e-6 relative for terms of one sign), typically far less: a
/// million uniform floats come within 1e-7.
/// </remarks>
internal sealed unsafe class CpuReduceKernel : CpuKernel
{
    private readonly CpuReducePlan _plan;
    private readonly delegate*<float**, nint, nint, nint, nint, void> _loops;

    private CpuReduceKernel(CpuReducePlan plan)
    {
        _plan = plan;
        if (!plan.IsEmpty && !plan.ReducesNothing)
        {
            _loops = (delegate*<float**, nint, nint, nint, nint, void>)CpuReduceEmitter.Emit(plan);
        }
    }

    /// <summary>Compiles a spec.</summary>
    /// <param name="spec">What to compute.</param>
    /// <param name="vectorBits">512, 256, 128, 32 (plain floats), or 0 for the widest the hardware has.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another width.</exception>
    public static CpuKernel Compile(ReduceSpec spec, int vectorBits)
    {
        Lane lane = Lane.Of(vectorBits);
        CpuReducePlan plan = CpuReducePlan.Create(spec, lane);
        if (!plan.ReducesNothing)
        {
            return new CpuReduceKernel(plan);
        }

        // Nothing to reduce: every output is the neutral element.
        ScalarProgram fill = ScalarProgram.Fill(CpuReduceEmitter.Neutral(spec.Reduction));
        return new CpuReduceFill(CpuLoopKernel.Compile(new LoopSpec(spec.Kept, [], [spec.Output], fill), vectorBits), spec.Inputs.Count);
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    public override void Run(float* arena, long* slots, int part, int parts)
    {
        Debug.Assert((uint)part < (uint)parts, "Parts are numbered from 0.");
        CpuReducePlan plan = _plan;
        if (plan.IsEmpty)
        {
            return;
        }

        // Rows of outputs are shared out if there are enough of them, else columns of outputs, in whole cache lines.
        long rowCount = plan.Rows * plan.KeptOuter.Count;
        int outputColumns = plan.AlongReduced ? 1 : plan.Columns;
        bool byRows = rowCount >= parts || outputColumns == 1;
        long row = byRows ? rowCount * part / parts : 0;
        long endRow = byRows ? rowCount * (part + 1) / parts : rowCount;
        int column = byRows ? 0 : Boundary(outputColumns, part, parts);
        int endColumn = byRows ? outputColumns : Boundary(outputColumns, part + 1, parts);
        if (row >= endRow || column >= endColumn)
        {
            return;
        }

        int operands = plan.Operands;
        float** pointers = stackalloc float*[operands];
        float** block = stackalloc float*[operands];
        int* index = stackalloc int[plan.KeptOuter.Rank + 1];
        for (int operand = 0; operand < operands; operand++)
        {
            pointers[operand] = arena + slots[operand] + ((nint)column * plan.ColumnStrides[operand]);
        }

        CpuLoopOdometer.Seek(plan.KeptOuter, row / plan.Rows, index, pointers);
        while (true)
        {
            int within = (int)(row % plan.Rows);
            int rows = (int)Math.Min(plan.Rows - within, endRow - row);
            for (int operand = 0; operand < operands; operand++)
            {
                block[operand] = pointers[operand] + ((nint)within * plan.RowStrides[operand]);
            }

            RunRows(block, rows, plan.AlongReduced ? plan.Columns : endColumn - column);
            row += rows;
            if (row >= endRow)
            {
                return;
            }

            CpuLoopOdometer.Advance(plan.KeptOuter, index, pointers);
        }
    }

    private static int Boundary(int columns, int part, int parts) => part == parts ? columns : (int)((long)columns * part / parts) & ~15;

    private void RunRows(float** pointers, int rows, int columns)
    {
        CpuReducePlan plan = _plan;
        if (!plan.IsBlocked)
        {
            _loops(pointers, rows, plan.Outer, plan.Inner, columns);
            return;
        }

        for (int row = 0; row < rows; row++)
        {
            if (plan.AlongReduced)
            {
                RunOutputs(pointers, 1, columns);
            }
            else
            {
                for (int column = 0; column < columns; column += CpuReducePlan.Chunk)
                {
                    int outputs = Math.Min(CpuReducePlan.Chunk, columns - column);
                    RunOutputs(pointers, outputs, outputs);
                    Move(pointers, plan.ColumnStrides, outputs);
                }

                Move(pointers, plan.ColumnStrides, -columns);
            }

            Move(pointers, plan.RowStrides, 1);
        }
    }

    /// <summary>Combines the partial results of all blocks for a run of outputs.</summary>
    [SkipLocalsInit]
    private void RunOutputs(float** pointers, int outputs, int columns)
    {
        CpuReducePlan plan = _plan;
        float* partial = stackalloc float[CpuReducePlan.Chunk];
        double* totals = stackalloc double[CpuReducePlan.Chunk];
        float** block = stackalloc float*[plan.Operands];
        int* index = stackalloc int[plan.ReducedRest.Rank + 1];
        new Span<double>(totals, outputs).Fill(CpuReduceEmitter.Neutral(plan.Spec.Reduction));
        new Span<int>(index, plan.ReducedRest.Rank).Clear();
        for (int operand = 0; operand < plan.Operands; operand++)
        {
            block[operand] = pointers[operand];
        }

        for (long rest = plan.ReducedRest.Count; rest > 0; rest--)
        {
            RunBlocks(block, columns, partial, totals, outputs);
            CpuLoopOdometer.Advance(plan.ReducedRest, index, block);
        }

        for (int output = 0; output < outputs; output++)
        {
            pointers[plan.Output][(nint)output * plan.ColumnStrides[plan.Output]] = (float)totals[output];
        }
    }

    [SkipLocalsInit]
    private void RunBlocks(float** pointers, int columns, float* partial, double* totals, int outputs)
    {
        CpuReducePlan plan = _plan;
        float** block = stackalloc float*[plan.Operands];
        int blockColumns = plan.AlongReduced ? plan.BlockColumns : columns;
        for (int outer = 0; outer < plan.Outer; outer += plan.BlockOuter)
        {
            int outerCount = Math.Min(plan.BlockOuter, plan.Outer - outer);
            for (int inner = 0; inner < plan.Inner; inner += plan.BlockInner)
            {
                int innerCount = Math.Min(plan.BlockInner, plan.Inner - inner);
                for (int column = 0; column < columns; column += blockColumns)
                {
                    for (int input = 0; input < plan.Output; input++)
                    {
                        block[input] = pointers[input] + ((nint)outer * plan.OuterStrides[input]) + ((nint)inner * plan.InnerStrides[input])
                            + ((nint)column * plan.ColumnStrides[input]);
                    }

                    block[plan.Output] = partial;
                    _loops(block, 1, outerCount, innerCount, Math.Min(blockColumns, columns - column));
                    Combine(partial, totals, outputs);
                }
            }
        }
    }

    private void Combine(float* partial, double* totals, int outputs)
    {
        bool sum = _plan.Spec.Reduction == ReduceKind.Sum;
        for (int output = 0; output < outputs; output++)
        {
            totals[output] = sum ? totals[output] + partial[output] : Math.Max(totals[output], partial[output]);
        }
    }

    private void Move(float** pointers, int[] strides, nint steps)
    {
        for (int operand = 0; operand < _plan.Operands; operand++)
        {
            pointers[operand] += steps * strides[operand];
        }
    }
}

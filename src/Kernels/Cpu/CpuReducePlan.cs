using FastDPMeta.Kernels.Emit;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// How a <see cref="ReduceSpec"/> is walked. Vectors run along a reduced axis (their lanes are combined at the end) or along a kept axis
/// (each lane is an output). Emitted code walks one kept axis (rows of outputs), the axis of the vectors ("columns") and up to two more
/// reduced axes ("inner", "outer"). What is too long for one chain of additions, or has more axes, is cut into blocks.
/// </summary>
internal sealed class CpuReducePlan
{
    /// <summary>Outputs whose partial results are kept at a time when vectors run along a kept axis.</summary>
    public const int Chunk = 512;

    // Float additions one after the other before a partial sum moves to double: bounds the rounding error by as many half-ulps.
    private const int LongestChain = 128;

    // Small programs are repeated to hide the latency of additions; big ones hide it by themselves.
    private const int SmallProgram = 4;
    private const int Accumulators = 4;

    private CpuReducePlan(ReduceSpec spec, Lane lane, IterationDomain kept, IterationDomain reduced)
    {
        Spec = spec;
        Operands = spec.SlotCount;
        Lane = lane;
        Kept = kept;
        IsEmpty = kept.Count == 0;
        ReducesNothing = reduced.Count == 0;
        Unroll = spec.Program.Operations <= SmallProgram && !spec.Program.Steps.Any(step => step.Op?.IsLong == true) ? Accumulators : 1;
        int operands = Operands;
        int columnAxis = IsEmpty || ReducesNothing ? -1 : ChooseColumns(kept, reduced);
        AlongReduced = columnAxis >= kept.Rank;
        (Columns, ColumnStrides, IterationDomain keptRest) = Take(kept, AlongReduced ? -1 : columnAxis, operands);
        if (AlongReduced)
        {
            (Columns, ColumnStrides, reduced) = Take(reduced, columnAxis - kept.Rank, operands);
        }

        (Rows, RowStrides, KeptOuter) = Take(keptRest, keptRest.Rank == 0 ? -1 : Array.IndexOf(keptRest.Extents, keptRest.Extents.Max()), operands);
        (Inner, InnerStrides, reduced) = Take(reduced, reduced.Rank - 1, operands);
        (Outer, OuterStrides, ReducedRest) = Take(reduced, reduced.Rank - 1, operands);
        int chain = Math.Max(1, AlongReduced ? (Columns / (lane.Count * Unroll)) + Unroll : 1);
        bool isLong = spec.Reduction == ReduceKind.Sum && chain * (double)Inner * Outer > LongestChain;
        IsBlocked = isLong || ReducedRest.Rank > 0;
        BlockColumns = AlongReduced ? Math.Min(Columns, lane.Count * Unroll * (LongestChain / 2)) : Columns;
        int blockChain = Math.Max(1, AlongReduced ? (BlockColumns / (lane.Count * Unroll)) + Unroll : 1);
        BlockInner = Math.Clamp(LongestChain / blockChain, 1, Math.Max(1, Inner));
        BlockOuter = BlockInner == Inner ? (int)Math.Clamp(LongestChain / Math.Max(1, (long)blockChain * Inner), 1, Math.Max(1, Outer)) : 1;
    }

    /// <summary>What is computed.</summary>
    public ReduceSpec Spec { get; }

    /// <summary>Inputs and the output.</summary>
    public int Operands { get; }

    /// <summary>The lane type.</summary>
    public Lane Lane { get; }

    /// <summary>The kept axes.</summary>
    public IterationDomain Kept { get; }

    /// <summary>Whether there is no output.</summary>
    public bool IsEmpty { get; }

    /// <summary>Whether every output is the reduction of no element.</summary>
    public bool ReducesNothing { get; }

    /// <summary>Whether vectors run along a reduced axis.</summary>
    public bool AlongReduced { get; }

    /// <summary>Accumulators side by side.</summary>
    public int Unroll { get; }

    /// <summary>Extent of the axis of the vectors.</summary>
    public int Columns { get; }

    /// <summary>Each operand's stride along the columns.</summary>
    public int[] ColumnStrides { get; }

    /// <summary>Extent of the kept axis that emitted code walks.</summary>
    public int Rows { get; }

    /// <summary>Each operand's stride along the rows.</summary>
    public int[] RowStrides { get; }

    /// <summary>Extent of the reduced axis next to the columns.</summary>
    public int Inner { get; }

    /// <summary>Each operand's stride along the inner reduced axis.</summary>
    public int[] InnerStrides { get; }

    /// <summary>Extent of the next reduced axis.</summary>
    public int Outer { get; }

    /// <summary>Each operand's stride along the outer reduced axis.</summary>
    public int[] OuterStrides { get; }

    /// <summary>Kept axes left outside.</summary>
    public IterationDomain KeptOuter { get; }

    /// <summary>Reduced axes left outside.</summary>
    public IterationDomain ReducedRest { get; }

    /// <summary>Whether each output is combined from partial results of blocks.</summary>
    public bool IsBlocked { get; }

    /// <summary>Columns of a block.</summary>
    public int BlockColumns { get; }

    /// <summary>Elements along the inner reduced axis of a block.</summary>
    public int BlockInner { get; }

    /// <summary>Elements along the outer reduced axis of a block.</summary>
    public int BlockOuter { get; }

    /// <summary>Number of the output among the operands.</summary>
    public int Output => Spec.Inputs.Count;

    /// <summary>The output's stride along the columns as emitted code sees it: partial results are contiguous.</summary>
    public int EmittedOutputStride => IsBlocked && !AlongReduced ? 1 : ColumnStrides[Output];

    /// <summary>Plans a spec.</summary>
    /// <param name="spec">What to compute.</param>
    /// <param name="lane">With which vectors.</param>
    public static CpuReducePlan Create(ReduceSpec spec, Lane lane)
    {
        int kept = spec.Kept.Count;
        int[][] keptStrides = [.. spec.Inputs.Select(input => input.Span[..kept].ToArray()), spec.Output.Span.ToArray()];
        int[][] reducedStrides = [.. spec.Inputs.Select(input => input.Span[kept..].ToArray()), new int[spec.Reduced.Count]];
        return new CpuReducePlan(
            spec, lane, IterationDomain.Simplify(spec.Kept.Span, keptStrides), IterationDomain.Simplify(spec.Reduced.Span, reducedStrides));
    }

    private static (int Extent, int[] Strides, IterationDomain Others) Take(IterationDomain domain, int axis, int operands) =>
        axis < 0 || axis >= domain.Rank ? (1, new int[operands], domain) : (domain.Extents[axis], domain.Along(axis), domain.Without(axis));

    /// <summary>
    /// The axis whose vectors cost least, by a rough count of instructions: a kept axis, or the number of kept axes plus a reduced one.
    /// With nothing to choose from, the reduced side with one column.
    /// </summary>
    private int ChooseColumns(IterationDomain kept, IterationDomain reduced)
    {
        const int RowCost = 4;
        const int OutputCost = 12;
        int best = kept.Rank + reduced.Rank - 1;
        double least = double.PositiveInfinity;
        double keptCount = kept.Count;
        double reducedCount = reduced.Count;
        for (int axis = kept.Rank + reduced.Rank - 1; axis >= 0; axis--)
        {
            bool alongReduced = axis >= kept.Rank;
            int extent = alongReduced ? reduced.Extents[axis - kept.Rank] : kept.Extents[axis];
            int[] strides = alongReduced ? reduced.Along(axis - kept.Rank) : kept.Along(axis);
            double vectors = (extent + Lane.Count - 1) / Lane.Count;
            double vector = 2 + (2 * Spec.Program.Operations);
            foreach (int stride in strides)
            {
                vector += stride == 0 ? 0 : stride == 1 ? 1 : Lane.Count;
            }

            double cost = alongReduced
                ? (keptCount * reducedCount / extent * (RowCost + (vectors * vector))) + (keptCount * OutputCost)
                : keptCount / extent * vectors * (OutputCost + (reducedCount * vector));
            if (cost < least)
            {
                (least, best) = (cost, axis);
            }
        }

        return best < 0 ? 0 : best;
    }
}

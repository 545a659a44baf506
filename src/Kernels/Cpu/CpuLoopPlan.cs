using FastDPMeta.Kernels.Emit;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>How a <see cref="LoopSpec"/> is walked: which axis the vectors run along, which one the rows follow, what is left outside.</summary>
internal sealed class CpuLoopPlan
{
    // Below this many elements everything is in a near cache and long runs of rows matter more than their order.
    private const long SmallElements = 1 << 16;

    // Rows of a block are walked twice (whole vectors, then remainders): between the two they must stay in the first cache.
    private const int BlockElements = 4096;

    private const int FewRows = 8;

    // Scratch memory is on the stack: 16 KB for each tiled input.
    private const int MaximumTiled = 4;

    // Smaller pieces are gathered element by element: a tile would not pay.
    private const int MinimumTile = 4;

    private CpuLoopPlan(LoopSpec spec, Lane lane, IterationDomain domain)
    {
        Spec = spec;
        Lane = lane;
        Operands = spec.SlotCount;
        IsEmpty = domain.Count == 0;
        if (domain.Rank == 0)
        {
            domain = new IterationDomain([1], Ones(domain.Strides.Length));
        }

        Paired = new bool[spec.SlotCount];
        int columnAxis = IsEmpty ? 0 : lane.IsVector ? JoinPairs(ref domain) : -1;
        columnAxis = columnAxis < 0 ? ChooseColumns(spec, lane, domain) : columnAxis;
        Columns = domain.Extents[columnAxis];
        ColumnStrides = domain.Along(columnAxis);
        domain = domain.Without(columnAxis);
        int rowAxis = domain.Rank == 0 ? -1 : ChooseRows(spec, domain);
        Rows = rowAxis < 0 ? 1 : domain.Extents[rowAxis];
        RowStrides = rowAxis < 0 ? new int[Operands] : domain.Along(rowAxis);
        Outer = rowAxis < 0 ? domain : domain.Without(rowAxis);
        RowCount = Rows * Outer.Count;
        BlockRows = Math.Max(1, BlockElements / Math.Max(1, Columns));
        Tiled = [.. Enumerable.Range(0, spec.Inputs.Count).Where(LiesAcross).Take(MaximumTiled)];
        IsOneBlock = Outer.Rank == 0 && Tiled.Length == 0 && (Rows == 1 || Rows <= BlockRows);
        EmittedColumnStrides = [.. ColumnStrides];
        EmittedRowStrides = [.. RowStrides];
        foreach (int operand in Tiled)
        {
            EmittedColumnStrides[operand] = 1;
            EmittedRowStrides[operand] = CpuLoopTile.Side;
        }
    }

    /// <summary>What is computed.</summary>
    public LoopSpec Spec { get; }

    /// <summary>The lane type.</summary>
    public Lane Lane { get; }

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty { get; }

    /// <summary>Inputs and outputs.</summary>
    public int Operands { get; }

    /// <summary>Extent of the axis along which vectors lie.</summary>
    public nint Columns { get; }

    /// <summary>Each operand's stride along the columns.</summary>
    public int[] ColumnStrides { get; }

    /// <summary>
    /// Inputs of which each element serves two neighbouring columns, as what a window of two is compared with: they advance by half an
    /// element a column. Their column stride is 1.
    /// </summary>
    public bool[] Paired { get; }

    /// <summary>Extent of the axis next to the columns; 1 if there is none.</summary>
    public nint Rows { get; }

    /// <summary>Each operand's stride along the rows.</summary>
    public int[] RowStrides { get; }

    /// <summary>The axes that are neither columns nor rows.</summary>
    public IterationDomain Outer { get; }

    /// <summary>Rows of the whole domain.</summary>
    public long RowCount { get; }

    /// <summary>Whether the whole domain is one block that needs no tile: the common case of small steps.</summary>
    public bool IsOneBlock { get; }

    /// <summary>Rows of a block at most.</summary>
    public nint BlockRows { get; }

    /// <summary>Inputs that are contiguous along the rows instead of the columns and are transposed tile by tile.</summary>
    public int[] Tiled { get; }

    /// <summary>Column strides as the emitted code sees them: tiled inputs are contiguous.</summary>
    public int[] EmittedColumnStrides { get; }

    /// <summary>Row strides as the emitted code sees them.</summary>
    public int[] EmittedRowStrides { get; }

    /// <summary>Plans a spec.</summary>
    /// <param name="spec">What to compute.</param>
    /// <param name="lane">With which vectors.</param>
    public static CpuLoopPlan Create(LoopSpec spec, Lane lane)
    {
        int[][] strides = [.. spec.Inputs.Concat(spec.Outputs).Select(operand => operand.Span.ToArray())];
        return new CpuLoopPlan(spec, lane, IterationDomain.Simplify(spec.Extents.Span, strides));
    }

    /// <summary>Elements from an operand's first column to another, an even number where operands are paired.</summary>
    /// <param name="operand">Its number.</param>
    /// <param name="column">The column.</param>
    public nint ColumnOffset(int operand, nint column) => Paired[operand] ? column / 2 : column * ColumnStrides[operand];

    /// <summary>The same, as the emitted code sees it.</summary>
    /// <param name="operand">Its number.</param>
    /// <param name="column">The column.</param>
    public nint EmittedOffset(int operand, nint column) => Paired[operand] ? column / 2 : column * EmittedColumnStrides[operand];

    /// <summary>First column of a part when columns are shared out, at a multiple of 16 floats: a cache line.</summary>
    /// <param name="part">From 0 to <paramref name="parts"/>.</param>
    /// <param name="parts">How many parts.</param>
    public nint ColumnBoundary(int part, int parts) => part == parts ? Columns : (nint)((long)Columns * part / parts) & ~15;

    /// <summary>
    /// Joins an axis of two with the one around it where all outputs walk both as one and inputs either do, too, or repeat along the two:
    /// else vectors would have to lie along every second element. Returns the joined axis, or -1.
    /// </summary>
    private int JoinPairs(ref IterationDomain domain)
    {
        int inputs = Spec.Inputs.Count;
        for (int inner = 0; inner < domain.Rank; inner++)
        {
            for (int outer = 0; domain.Extents[inner] == 2 && outer < domain.Rank; outer++)
            {
                (int Outer, int Inner)[] steps = [.. domain.Strides.Select(strides => (strides[outer], strides[inner]))];
                if (outer == inner || !Array.TrueForAll(steps, step => step is (2, 1) or (1, 0) or (0, 0)) || Array.Exists(steps[inputs..], step => step != (2, 1)))
                {
                    continue;
                }

                steps.Select(step => step == (1, 0)).ToArray().CopyTo(Paired, 0);
                int[] extents = [.. domain.Extents];
                extents[outer] *= 2;
                int[][] strides = [.. domain.Strides.Select((own, operand) => own.ToArray())];
                for (int operand = 0; operand < strides.Length; operand++)
                {
                    strides[operand][outer] = steps[operand] == (0, 0) ? 0 : 1;
                }

                domain = new IterationDomain(extents, strides).Without(inner);
                return inner < outer ? outer - 1 : outer;
            }
        }

        return -1;
    }

    /// <summary>The axis whose vectors cost least, by a rough count of instructions.</summary>
    private static int ChooseColumns(LoopSpec spec, Lane lane, IterationDomain domain)
    {
        const int RowCost = 4;
        const int TiledCost = 3;
        int best = domain.Rank - 1;
        long least = long.MaxValue;
        for (int axis = domain.Rank - 1; axis >= 0; axis--)
        {
            long vector = 1 + (2 * spec.Program.Operations);
            for (int operand = 0; operand < spec.SlotCount; operand++)
            {
                int stride = domain.Strides[operand][axis];
                bool tiled = operand < spec.Inputs.Count && domain.Strides[operand].Contains(1);
                vector += stride == 0 ? 0 : stride == 1 ? 1 : tiled ? TiledCost : lane.Count;
            }

            long vectors = (domain.Extents[axis] + lane.Count - 1) / lane.Count;
            long cost = domain.Count / domain.Extents[axis] * (RowCost + (vectors * vector));
            if (cost < least)
            {
                (least, best) = (cost, axis);
            }
        }

        return best;
    }

    /// <summary>
    /// The axis that rows follow: one along which an input that lies across the columns is contiguous; else, in a small domain the longest,
    /// in a big one the nearest in memory.
    /// </summary>
    private int ChooseRows(LoopSpec spec, IterationDomain domain)
    {
        for (int operand = 0; operand < spec.Inputs.Count; operand++)
        {
            int contiguous = Array.IndexOf(domain.Strides[operand], 1);
            if (contiguous >= 0 && ColumnStrides[operand] > 1)
            {
                return contiguous;
            }
        }

        if (domain.Count * Columns <= SmallElements)
        {
            return Array.IndexOf(domain.Extents, domain.Extents.Max());
        }

        // A block of very few rows costs more to begin than to run.
        int last = domain.Rank - 1;
        return domain.Rank > 1 && domain.Extents[last] < FewRows && domain.Extents[last - 1] > domain.Extents[last] ? last - 1 : last;
    }

    private static int[][] Ones(int operands)
    {
        int[][] strides = new int[operands][];
        for (int operand = 0; operand < operands; operand++)
        {
            strides[operand] = [1];
        }

        return strides;
    }

    private bool LiesAcross(int input) =>
        ColumnStrides[input] > 1 && RowStrides[input] == 1 && Rows >= MinimumTile && Columns >= MinimumTile && Lane.IsVector;
}

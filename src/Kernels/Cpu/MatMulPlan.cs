using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// How to compute one product: which side is rows, vectors along columns or along k, the tile, what is packed. Chosen by a rough count of
/// cycles over all candidates, so that tiny, thin and large products each find their own way. Depends on the problem and the width only.
/// </summary>
/// <param name="Problem">The product, possibly transposed.</param>
/// <param name="IsTransposed">Whether the roles of A and B are exchanged.</param>
/// <param name="IsDot">Whether vectors run along k.</param>
/// <param name="VectorBits">Vector width.</param>
/// <param name="Rows">Rows of a tile.</param>
/// <param name="Vectors">Vectors of a tile; columns for a dot.</param>
/// <param name="Depth">Terms summed before C is written.</param>
/// <param name="Run">Terms that A reads with one stride before it takes the next segment; 0 where it always has one stride.</param>
/// <param name="PackA">Whether strips of A are packed.</param>
/// <param name="PackB">Whether blocks of B are packed.</param>
internal sealed record MatMulPlan(
    MatMulProblem Problem, bool IsTransposed, bool IsDot, int VectorBits, int Rows, int Vectors, int Depth, int Run, bool PackA, bool PackB)
{
    /// <summary>Most terms between two visits of C: a strip of A and a panel of B of this depth stay in the caches.</summary>
    public const int MostDepth = 384;

    // A packed strip or block whose terms lie in segments is as deep as a segment, within reason.
    private const int MostSegment = 2048;

    // Segments shorter than this are packed: a tile kernel would spend its time on going from one to the next.
    private const int ShortestRun = 4;

    private const int MostRows = 12;
    private const int MostVectors = 8;
    private const int MostDots = 4;

    // Cycles, for the choice only. Measured on one AVX-512 core; the order of magnitude is what matters.
    private const double FmaLatency = 4;
    private const double TileOverhead = 25;
    private const double LoadCycles = 0.55;
    private const double SumCycles = 7;
    private const double CopyCycles = 0.12;
    private const double TransposeCycles = 0.8;
    private const double StridedCycles = 2;
    private const double SegmentCycles = 6;
    private const double ScatterCycles = 6;
    private const double LineCycles = 3.5;
    private const long NearBytes = 24 * 1024;
    private const int LineFloats = 16;
    private const int CompetingFloats = 1024;
    private const int LineBytes = LineFloats * sizeof(float);

    /// <summary>Columns of a tile.</summary>
    public int TileColumns => IsDot ? Vectors : Vectors * VectorBits / 32;

    /// <summary>Whether tiles of C must be written element by element.</summary>
    public bool Scatters => !IsDot && Problem.N > 1 && Problem.C.Column != 1;

    /// <summary>
    /// Whether several rows of tiles pass each panel of B together, which stays in the first cache. Else each row of tiles passes along all columns, and its
    /// strip of A stays.
    /// </summary>
    public bool KeepsPanels => !IsDot && Run == 0 && Rows < TileColumns && Depth * LinesOf(Problem.B, PackB, TileColumns) * LineBytes <= NearBytes;

    // 16 vector registers before AVX-512; 32 with it (at every width) and on Arm.
    private static int Registers => Avx512F.VL.IsSupported || AdvSimd.Arm64.IsSupported ? 32 : 16;

    /// <summary>The cheapest plan.</summary>
    /// <param name="problem">What to compute; no extent is 0.</param>
    /// <param name="vectorBits">Widest vectors allowed.</param>
    public static MatMulPlan Choose(MatMulProblem problem, int vectorBits)
    {
        (MatMulPlan? best, double least) = (null, double.PositiveInfinity);
        foreach (bool transposed in (ReadOnlySpan<bool>)[false, true])
        {
            MatMulProblem view = transposed ? problem.Transpose() : problem;
            for (int bits = vectorBits; bits >= 128; bits /= 2)
            {
                for (int vectors = 1; vectors <= MostVectors; vectors++)
                {
                    Consider(Tile(view, transposed, bits, vectors));
                }
            }

            if (view.A.IsSimple && view.B.IsSimple && view.A.Column.Stride == 1 && view.B.Row.Stride == 1)
            {
                Consider(Dot(view, transposed, vectorBits));
            }
        }

        return best!;

        void Consider((MatMulPlan Plan, double Cycles) candidate)
        {
            if (candidate.Cycles < least)
            {
                (best, least) = candidate;
            }
        }
    }

    /// <summary>Cache lines under one row of a panel of B, on average.</summary>
    private static double LinesOf(MatMulOperand b, bool packed, int columns) =>
        packed || b.Row.Stride % LineFloats == 0 ? DivideUp(columns, LineFloats) : ((double)columns / LineFloats) + 1;

    /// <summary>The size of equal shares: as few as <paramref name="most"/> allows, none much smaller than the others.</summary>
    private static int Even(int total, int most) => DivideUp(total, DivideUp(total, most));

    private static int DivideUp(int total, int size) => (int)((total + (long)size - 1) / size);

    private static (MatMulPlan Plan, double Cycles) Tile(MatMulProblem problem, bool transposed, int bits, int vectors)
    {
        int width = bits / 32;
        int allVectors = DivideUp(problem.N, width);
        vectors = Even(allVectors, vectors);
        int rows = Even(problem.M, Math.Clamp((Registers - 1 - vectors) / vectors, 1, MostRows));
        int rowTiles = DivideUp(problem.M, rows);
        int columnTiles = DivideUp(allVectors, vectors);
        bool mustPackB = !problem.B.IsSimple || (problem.N > 1 && problem.B.Column.Stride != 1);

        // Rows of B apart by more than a line are fetched anew for every row tile; copying them once pays from a few tiles on.
        bool packB = mustPackB || (rowTiles >= 4 && problem.B.Row.Stride > 64 && (long)problem.K * problem.N > 4096);
        int run = problem.A.IsSimple ? 0 : RunOf(problem);
        bool packA = problem.A.IsSimple ? PacksA(problem, rowTiles, columnTiles) : run < ShortestRun;
        run = packA ? 0 : run;
        int depth = run == 0 ? Even(problem.K, MostDepth) : run * Even(problem.K / run, Math.Max(1, MostDepth / run));
        MatMulPlan plan = new(problem, transposed, false, bits, rows, vectors, depth, run, packA, packB);

        // Panels of B, and strips of A where they pass one panel after another, come from the level-2 cache unless all of them fit the first.
        double lines = 0;
        if (4L * Math.Min(depth, problem.K) * problem.N > NearBytes)
        {
            double panel = LinesOf(problem.B, packB, vectors * width);
            double strip = rowTiles == 1 ? 0 : packA || problem.A.Row.Stride != 1 ? (double)rows / LineFloats : 1;
            lines = plan.KeepsPanels ? (panel / rowTiles) + strip : panel;
        }

        double Row(int tileRows) =>
            ((columnTiles - 1) * TileCycles(problem.K, bits, tileRows, vectors, lines))
            + TileCycles(problem.K, bits, tileRows, allVectors - ((columnTiles - 1) * vectors), lines);
        double cycles = problem.Batch.Count * (((rowTiles - 1) * Row(rows)) + Row(problem.M - ((rowTiles - 1) * rows)));
        double elementsB = problem.Batch.Count * (double)problem.K * problem.N;
        cycles += packB ? elementsB * PackCycles(problem.B.Column, problem.B.Row, vectors * width) : 0;
        cycles += packA ? problem.Batch.Count * (double)problem.K * problem.M * PackCycles(problem.A.Row, problem.A.Column, rows) : 0;
        cycles += run > 0 ? problem.Batch.Count * (double)rowTiles * columnTiles * (problem.K / run) * SegmentCycles : 0;
        cycles += plan.Scatters ? problem.Batch.Count * (double)problem.M * problem.N * ScatterCycles : 0;
        return (plan, cycles);
    }

    /// <summary>
    /// Rows along which terms lie together are read where they are, unless they compete for the same cache sets; rows that lie side by side are packed where
    /// their terms are further apart than a line and passed several times.
    /// </summary>
    private static bool PacksA(MatMulProblem problem, int rowTiles, int columnTiles) => problem.A.Row.Stride switch
    {
        1 => problem.A.Column.Stride > LineFloats && rowTiles > 1 && columnTiles >= 4,
        int stride => stride > 1 && problem.K >= 16 && columnTiles >= 6 && (problem.A.Column.Stride != 1 || stride % CompetingFloats == 0),
    };

    /// <summary>Cycles of one tile that fetches so many lines a term from the level-2 cache.</summary>
    private static double TileCycles(int terms, int bits, int rows, int vectors, double lines)
    {
        double perFma = bits == 512 ? 1 : 0.5;
        double compute = Math.Max(Math.Max(rows * vectors * perFma, FmaLatency), (rows + vectors) * LoadCycles) + 0.5;
        return (terms * Math.Max(compute, lines * LineCycles)) + TileOverhead + (2 * rows * vectors);
    }

    private static (MatMulPlan Plan, double Cycles) Dot(MatMulProblem problem, bool transposed, int bits)
    {
        while (bits > 128 && bits / 32 > problem.K)
        {
            bits /= 2;
        }

        int most = Registers == 32 ? MostDots : 3;
        int rows = Even(problem.M, most);
        int columns = Even(problem.N, most);
        double perFma = bits == 512 ? 1 : 0.5;
        double perStep = Math.Max(rows * columns, rows + columns) * perFma;
        double tile = (Math.Max(perStep, FmaLatency) * DivideUp(problem.K, bits / 32)) + TileOverhead + (rows * columns * SumCycles);
        double cycles = problem.Batch.Count * (double)DivideUp(problem.M, rows) * DivideUp(problem.N, columns) * tile;
        return (new MatMulPlan(problem, transposed, true, bits, rows, columns, problem.K, 0, false, false), cycles);
    }

    /// <summary>Terms that A walks with one stride: its innermost part, or an even share of a long one.</summary>
    private static int RunOf(MatMulProblem problem)
    {
        int run = problem.A.Column.IsSimple ? problem.K : problem.A.Column.Run;
        int shares = DivideUp(run, MostDepth);
        while (shares < run && run % shares != 0)
        {
            shares++;
        }

        int even = run / shares;
        return even >= MostDepth / 4 || even == run ? even : run <= MostSegment ? run : 0;
    }

    private static double PackCycles(MatrixAxis across, MatrixAxis along, int width)
    {
        bool together = across.Stride == 1 && (across.IsSimple || across.Run % width == 0);
        return together ? CopyCycles : along.Stride == 1 && (along.IsSimple || along.Run % 4 == 0) ? TransposeCycles : StridedCycles;
    }
}

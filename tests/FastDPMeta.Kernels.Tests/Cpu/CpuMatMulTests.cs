using FastDPMeta.Kernels.Cpu;
using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Spec;
using FastDPMeta.Testing;

namespace FastDPMeta.Kernels.Tests.Cpu;

/// <summary>
/// The product against the double-precision oracle. The bound is K·2⁻²³ for operands in [-1, 1], which every order of summation keeps
/// (Higham 2002, section 3.1: |error| ≤ K·u/(1-K·u)·Σ|a·b|, u = 2⁻²⁴).
/// </summary>
public sealed class CpuMatMulTests
{
    public static TheoryData<int> Widths() => [128, 256, 512];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Every_small_extent_in_every_transposition_is_exact_at_its_edges(int vectorBits)
    {
        int[] extents = [1, 2, 3, 5, 8, 13, 17, 33];
        int seed = 0;
        foreach (int m in extents)
        {
            foreach (int n in extents)
            {
                foreach (int k in (int[])[0, 1, 2, 7, 16, 31])
                {
                    int way = seed++ % 8;
                    Check(Matrices([], m, n, k, (way & 1) != 0, (way & 2) != 0, (way & 4) != 0, seed % 3 == 0), vectorBits, seed, 1, 3);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Products_beyond_every_block_agree_in_all_transpositions(int vectorBits)
    {
        for (int way = 0; way < 8; way++)
        {
            Check(Matrices([], 61, 530, 401, (way & 1) != 0, (way & 2) != 0, (way & 4) != 0, way % 2 == 0), vectorBits, way, 1, 2, 5);
            Check(Matrices([], 230, 37, 790, (way & 1) != 0, (way & 2) != 0, (way & 4) != 0, way % 2 == 1), vectorBits, way, 1, 4);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Shapes_of_meta_learning_agree(int vectorBits)
    {
        (int[] Batch, int M, int N, int K)[] shapes =
        [
            ([4], 25, 40, 1), ([4], 25, 40, 40), ([4], 10, 1, 40), ([3], 5, 5, 64), ([2, 3], 1, 100, 64), ([3], 64, 1, 100),
            ([3], 75, 5, 256), ([2], 256, 5, 75), ([1], 100, 100, 1), ([5], 1, 1, 300), ([2], 1, 300, 256), ([2], 300, 1, 256),
        ];
        int seed = 0;
        foreach ((int[] batch, int m, int n, int k) in shapes)
        {
            for (int way = 0; way < 8; way++)
            {
                Check(Matrices(batch, m, n, k, (way & 1) != 0, (way & 2) != 0, (way & 4) != 0, seed % 2 == 0), vectorBits, seed++, 1, 2, 7);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Random_strides_batches_and_broadcasts_agree(int vectorBits)
    {
        System.Random random = new(99);
        for (int trial = 0; trial < 300; trial++)
        {
            KernelCase launch = KernelCases.MatMul(random, largest: 60);
            Check(launch, vectorBits, 1 + (trial % 5));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Factors_that_are_nests_of_loops_are_read_where_they_lie(int vectorBits)
    {
        System.Random random = new(17);
        for (int trial = 0; trial < 600; trial++)
        {
            KernelCase launch = KernelCases.MatMulOfParts(random, largest: trial % 10 == 0 ? 3000 : 60);
            Check(launch, vectorBits, 1 + (trial % 5));
        }
    }

    [Fact]
    public void Windows_of_images_are_multiplied_without_a_copy()
    {
        // Four images of 10×10 pixels of 8 channels under 3×3 windows: rows (image, row, column), terms (row and column of the window, channel).
        MatrixAxis positions = MatrixAxis.Of([new(4, 800), new(8, 80), new(8, 8)]);
        MatrixAxis patch = MatrixAxis.Of([new(3, 80), new(24, 1)]);
        MatMulSpec forward = new([], 256, 32, 72, new([], positions, patch), new([], 32, 1), new([], 32, 1));
        CpuMatMul kernel = Assert.IsType<CpuMatMul>(CpuMatMul.Compile(forward, 256));
        Assert.Equal((24, false), (kernel.Plan.Run, kernel.Plan.PackA));
        Check(forward, 256, 5, 1, 3);
        MatMulSpec weights = new([], 72, 32, 256, new([], patch, positions), new([], 32, 1), new([], 32, 1));
        Check(weights, 256, 6, 1, 2);
    }

    [Fact]
    public void Shared_operand_folds_the_batch_into_rows_or_columns()
    {
        MatMulProblem rows = MatMulProblem.Of(new MatMulSpec([4, 3], 5, 7, 6, new([90, 30], 6, 1), new([0, 0], 7, 1), new([105, 35], 7, 1)));
        Assert.Equal((60, 7, 1L), (rows.M, rows.N, rows.Batch.Count));
        MatMulProblem columns = MatMulProblem.Of(new MatMulSpec([4], 5, 7, 6, new([0], 6, 1), new([42], 1, 6), new([35], 1, 5)));
        Assert.Equal((5, 28, 1L), (columns.M, columns.N, columns.Batch.Count));
        MatMulProblem kept = MatMulProblem.Of(new MatMulSpec([4], 5, 7, 6, new([30], 1, 5), new([0], 7, 1), new([35], 7, 1)));
        Assert.Equal((5, 7, 4L), (kept.M, kept.N, kept.Batch.Count));
    }

    private static MatMulSpec Matrices(int[] batch, int m, int n, int k, bool turnA, bool turnB, bool turnC, bool accumulate)
    {
        return new MatMulSpec(
            batch.ToEquatableArray(), m, n, k, Strides(m, k, turnA), Strides(k, n, turnB), Strides(m, n, turnC), accumulate);

        MatrixStrides Strides(int rows, int columns, bool turned)
        {
            int[] steps = new int[batch.Length];
            int step = rows * columns;
            for (int axis = batch.Length - 1; axis >= 0; axis--)
            {
                steps[axis] = step;
                step *= batch[axis];
            }

            return turned ? new MatrixStrides(steps.ToEquatableArray(), 1, rows) : new MatrixStrides(steps.ToEquatableArray(), columns, 1);
        }
    }

    private static void Check(MatMulSpec spec, int vectorBits, int seed, params int[] splits)
    {
        // Operands with gaps between them, so that a stray write shows.
        SlotReach[] reaches = SlotReach.Of(spec);
        long[] slots = new long[3];
        long next = 3;
        for (int slot = 0; slot < 3; slot++)
        {
            slots[slot] = next;
            next += reaches[slot].Count + 5;
        }

        System.Random random = new(seed);
        float[] arena = new float[next];
        for (int i = 0; i < arena.Length; i++)
        {
            arena[i] = (2 * random.NextSingle()) - 1;
        }

        Check(new KernelCase(spec, arena, slots), vectorBits, splits);
    }

    private static unsafe void Check(KernelCase launch, int vectorBits, params int[] splits)
    {
        MatMulSpec spec = (MatMulSpec)launch.Spec;
        CpuKernel kernel = CpuMatMul.Compile(spec, vectorBits);
        double[] expected = launch.Expected();
        double tolerance = (spec.K + 2) * Math.ScaleB(4, -23); // KernelCases' operands reach 2
        float[]? first = null;
        foreach (int parts in splits)
        {
            float[] arena = [.. launch.Arena, .. Enumerable.Repeat(float.NaN, CpuArena.SlackFloats)];
            fixed (float* memory = arena)
            {
                fixed (long* slots = launch.Slots)
                {
                    for (int part = 0; part < parts; part++)
                    {
                        kernel.Run(memory, slots, part, parts);
                    }
                }
            }

            string? difference = KernelOracle.FirstDifference(expected, arena.AsSpan(0, expected.Length), tolerance);
            if (difference is not null)
            {
                Assert.Fail($"{difference} {spec} in {parts} parts by {(kernel as CpuMatMul)?.Plan}");
            }

            first ??= arena;
            Assert.True(first.AsSpan(0, expected.Length).SequenceEqual(arena.AsSpan(0, expected.Length)), "The split changes bits.");
        }
    }
}

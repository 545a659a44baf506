using FastDPMeta.Kernels.Cpu;
using FastDPMeta.Kernels.Scalar;
using FastDPMeta.Kernels.Spec;
using FastDPMeta.Testing;

namespace FastDPMeta.Kernels.Tests.Cpu;

public sealed class CpuReduceKernelTests
{
    // Up to a few thousand terms of the order of one that cancel, each wrong by a few ulps, compared with max(1, |sum|).
    private const double Tolerance = 2e-4;

    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    [InlineData(32)]
    public void Random_reductions_agree_with_the_oracle_and_do_not_depend_on_the_split(int vectorBits)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            KernelCase launch = KernelCases.Reduce(new System.Random(seed));
            CpuKernel kernel = CpuReduceKernel.Compile((ReduceSpec)launch.Spec, vectorBits);

            float[] actual = CpuKernelRunner.Run(kernel, launch, parts: 1);

            string? difference = KernelOracle.FirstDifference(launch.Expected(), actual, Tolerance);
            Assert.True(difference is null, $"Seed {seed}: {difference} {launch}");
            foreach (int parts in (int[])[2, 3, 7])
            {
                Assert.Equal(CpuKernelRunner.Bits(actual), CpuKernelRunner.Bits(CpuKernelRunner.Run(kernel, launch, parts)));
            }
        }
    }

    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    [InlineData(32)]
    public void A_sum_of_a_million_floats_has_a_relative_error_below_2e_7(int vectorBits)
    {
        const int Count = 1_000_003;
        System.Random random = new(5);
        float[] arena = new float[Count + 1];
        for (int i = 0; i < Count; i++)
        {
            arena[i] = random.NextSingle();
        }

        ReduceSpec spec = new([], [Count], [[1]], [], ScalarProgram.Identity, ReduceKind.Sum);
        float sum = CpuKernelRunner.Run(CpuReduceKernel.Compile(spec, vectorBits), new KernelCase(spec, arena, [0, Count]), 1)[Count];

        double exact = arena.Take(Count).Sum(value => (double)value);
        Assert.InRange(Math.Abs(sum - exact) / exact, 0, 2e-7);
    }

    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    [InlineData(32)]
    public void Long_column_sums_are_as_accurate_as_long_row_sums(int vectorBits)
    {
        const int Rows = 20_011;
        const int Columns = 21;
        System.Random random = new(6);
        float[] arena = new float[(Rows * Columns) + Columns];
        for (int i = 0; i < Rows * Columns; i++)
        {
            arena[i] = random.NextSingle();
        }

        ReduceSpec spec = new([Columns], [Rows], [[1, Columns]], [1], ScalarProgram.Identity, ReduceKind.Sum);
        KernelCase launch = new(spec, arena, [0, Rows * Columns]);
        float[] actual = CpuKernelRunner.Run(CpuReduceKernel.Compile(spec, vectorBits), launch, 2);

        double[] expected = launch.Expected();
        for (int column = 0; column < Columns; column++)
        {
            double exact = expected[(Rows * Columns) + column];
            Assert.InRange(Math.Abs(actual[(Rows * Columns) + column] - exact) / exact, 0, 4e-7);
        }
    }

    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    [InlineData(32)]
    public void Nothing_sums_to_zero_and_has_maximum_minus_infinity(int vectorBits)
    {
        foreach ((ReduceKind kind, float expected) in ((ReduceKind, float)[])[(ReduceKind.Sum, 0f), (ReduceKind.Max, float.NegativeInfinity)])
        {
            ReduceSpec spec = new([3], [0], [[0, 1]], [2], ScalarProgram.Identity, kind);
            float[] actual = CpuKernelRunner.Run(
                CpuReduceKernel.Compile(spec, vectorBits), new KernelCase(spec, [9, 9, 9, 9, 9, 9, 9], [0, 1]), 2);

            Assert.Equal([9, expected, 9, expected, 9, expected, 9], actual);
        }
    }

    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    [InlineData(32)]
    public void A_maximum_shows_every_NaN_and_keeps_infinities(int vectorBits)
    {
        const int Count = 75;
        ReduceSpec spec = new([], [Count], [[1]], [], ScalarProgram.Identity, ReduceKind.Max);
        CpuKernel kernel = CpuReduceKernel.Compile(spec, vectorBits);
        for (int position = 0; position < Count; position++)
        {
            Assert.True(float.IsNaN(MaximumWith(float.NaN, position)));
            Assert.Equal(float.PositiveInfinity, MaximumWith(float.PositiveInfinity, position));
            Assert.Equal(-1f, MaximumWith(float.NegativeInfinity, position));
        }

        float MaximumWith(float value, int position)
        {
            float[] arena = new float[Count + 1];
            Array.Fill(arena, -1f);
            arena[position] = value;
            return CpuKernelRunner.Run(kernel, new KernelCase(spec, arena, [0, Count]), 1)[Count];
        }
    }

    [Fact]
    public void A_map_that_is_infinite_at_zero_does_not_leak_from_beyond_the_end_of_a_row()
    {
        // log(0) lies in the unused lanes of the last vector.
        ScalarProgram log = new([ScalarStep.Input(0), ScalarStep.Apply(ScalarOp.Log, 0)], [1]);
        ReduceSpec spec = new([4], [5], [[5, 1]], [1], log, ReduceKind.Sum);
        float[] arena = [.. Enumerable.Repeat(1f, 20), 7, 7, 7, 7];

        float[] actual = CpuKernelRunner.Run(CpuReduceKernel.Compile(spec, 0), new KernelCase(spec, arena, [0, 20]), 1);

        Assert.Equal([0, 0, 0, 0], actual[20..]);
    }

    [Fact]
    public unsafe void Running_allocates_nothing()
    {
        ReduceSpec spec = new([30], [7, 500], [[1, 15000, 30]], [1], ScalarProgram.Identity, ReduceKind.Sum);
        CpuKernel kernel = CpuReduceKernel.Compile(spec, 0);
        float[] values = new float[(7 * 15000) + 30];
        long[] offsets = [0, 7 * 15000];
        fixed (float* arena = values)
        fixed (long* slots = offsets)
        {
            kernel.Run(arena, slots, 0, 1);
            long before = GC.GetAllocatedBytesForCurrentThread();
            kernel.Run(arena, slots, 0, 1);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }
}

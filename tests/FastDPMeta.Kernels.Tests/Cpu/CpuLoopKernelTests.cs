using FastDPMeta.Kernels.Cpu;
using FastDPMeta.Kernels.Scalar;
using FastDPMeta.Kernels.Spec;
using FastDPMeta.Testing;

namespace FastDPMeta.Kernels.Tests.Cpu;

public sealed class CpuLoopKernelTests
{
    // Programs of up to a dozen ops on values of the order of one: each op rounds once or twice in float.
    private const double Tolerance = 2e-5;

    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    [InlineData(32)]
    public void Random_loops_agree_with_the_oracle_and_do_not_depend_on_the_split(int vectorBits)
    {
        for (int seed = 0; seed < 100; seed++)
        {
            KernelCase launch = KernelCases.Loop(new System.Random(seed));
            CpuKernel kernel = CpuLoopKernel.Compile((LoopSpec)launch.Spec, vectorBits);

            float[] actual = CpuKernelRunner.Run(kernel, launch, parts: 1);

            string? difference = KernelOracle.FirstDifference(launch.Expected(), actual, Tolerance);
            Assert.True(difference is null, $"Seed {seed}: {difference} {launch}");
            foreach (int parts in (int[])[2, 3, 7])
            {
                Assert.Equal(CpuKernelRunner.Bits(actual), CpuKernelRunner.Bits(CpuKernelRunner.Run(kernel, launch, parts)));
            }
        }
    }

    [Fact]
    public void All_vector_widths_give_the_same_bits()
    {
        for (int seed = 1000; seed < 1040; seed++)
        {
            KernelCase launch = KernelCases.Loop(new System.Random(seed));
            int[][] bits = [.. ((int[])[512, 256, 128]).Select(
                width => CpuKernelRunner.Bits(CpuKernelRunner.Run(CpuLoopKernel.Compile((LoopSpec)launch.Spec, width), launch, 1)))];

            Assert.Equal(bits[0], bits[1]);
            Assert.Equal(bits[0], bits[2]);
        }
    }

    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    [InlineData(32)]
    public void A_transposition_moves_every_element(int vectorBits)
    {
        foreach ((int rows, int columns) in ((int, int)[])[(1, 1), (3, 5), (64, 64), (65, 63), (130, 77), (200, 4), (4, 200), (128, 1024)])
        {
            float[] arena = new float[(2 * rows * columns) + 3];
            for (int i = 0; i < rows * columns; i++)
            {
                arena[i] = i;
            }

            LoopSpec spec = new([columns, rows], [[1, columns]], [[rows, 1]], ScalarProgram.Identity);
            KernelCase launch = new(spec, arena, [0, rows * columns]);

            float[] actual = CpuKernelRunner.Run(CpuLoopKernel.Compile(spec, vectorBits), launch, parts: 3);

            Assert.Null(KernelOracle.FirstDifference(launch.Expected(), actual, 0));
        }
    }

    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    [InlineData(32)]
    public void Rows_of_every_length_touch_their_own_elements_only(int vectorBits)
    {
        ScalarProgram program = new([ScalarStep.Input(0), ScalarStep.Input(1), ScalarStep.Apply(ScalarOp.Add, 0, 1)], [2]);
        for (int columns = 1; columns <= 70; columns++)
        {
            // A bias added to a batch, with a gap after each row that must stay as it is.
            LoopSpec spec = new([5, columns], [[columns + 1, 1], [0, 1]], [[columns + 1, 1]], program);
            float[] arena = [.. Enumerable.Range(0, 11 * (columns + 1)).Select(i => i * 0.25f)];
            KernelCase launch = new(spec, arena, [0, 5 * (columns + 1), 6 * (columns + 1)]);

            float[] actual = CpuKernelRunner.Run(CpuLoopKernel.Compile(spec, vectorBits), launch, parts: 1);

            Assert.Null(KernelOracle.FirstDifference(launch.Expected(), actual, 0));
        }
    }

    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    [InlineData(32)]
    public void Windows_of_two_are_compared_with_one_number_each(int vectorBits)
    {
        ScalarProgram program = new(
            [ScalarStep.Input(0), ScalarStep.Input(1), ScalarStep.Input(2), ScalarStep.Apply(ScalarOp.Sub, 0, 1), ScalarStep.Apply(ScalarOp.Mul, 3, 2)], [3, 4]);
        for (int columns = 1; columns <= 40; columns++)
        {
            // Windows of 2 x 2 over four channels of six rows, in place, with a number for each window and one for each channel.
            int image = 6 * 2 * columns;
            LoopSpec spec = new(
                [4, 3, 2, columns, 2],
                [[image, 4 * columns, 2 * columns, 2, 1], [3 * columns, columns, 0, 1, 0], [1, 0, 0, 0, 0]],
                [[image, 4 * columns, 2 * columns, 2, 1], [image, 4 * columns, 2 * columns, 2, 1]],
                program);
            int windows = 4 * image;
            float[] arena = [.. Enumerable.Range(0, (2 * windows) + (12 * columns) + 4).Select(i => (i % 97) * 0.25f)];
            KernelCase launch = new(spec, arena, [0, 2 * windows, (2 * windows) + (12 * columns), 0, windows]);
            CpuKernel kernel = CpuLoopKernel.Compile(spec, vectorBits);
            foreach (int parts in (int[])[1, 3])
            {
                Assert.Null(KernelOracle.FirstDifference(launch.Expected(), CpuKernelRunner.Run(kernel, launch, parts), 1e-5));
            }
        }
    }

    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    public void Every_second_element_is_read_and_no_other_is_touched(int vectorBits)
    {
        for (int columns = 1; columns <= 40; columns++)
        {
            LoopSpec spec = new([3, columns], [[2 * columns, 2]], [[columns, 1]], ScalarProgram.Identity);
            float[] arena = [.. Enumerable.Range(0, 9 * columns).Select(i => (float)i)];
            KernelCase launch = new(spec, arena, [0, 6 * columns]);

            float[] actual = CpuKernelRunner.Run(CpuLoopKernel.Compile(spec, vectorBits), launch, parts: 1);

            Assert.Null(KernelOracle.FirstDifference(launch.Expected(), actual, 0));
        }
    }

    [Theory]
    [InlineData(512)]
    [InlineData(128)]
    [InlineData(32)]
    public void A_fill_and_a_swap_in_place_work(int vectorBits)
    {
        LoopSpec fill = new([3, 7], [], [[10, 1]], ScalarProgram.Fill(2.5f));
        KernelCase filled = new(fill, new float[40], [4]);
        Assert.Null(KernelOracle.FirstDifference(
            filled.Expected(), CpuKernelRunner.Run(CpuLoopKernel.Compile(fill, vectorBits), filled, 2), 0));

        ScalarProgram swap = new([ScalarStep.Input(0), ScalarStep.Input(1)], [1, 0]);
        LoopSpec spec = new([37], [[1], [1]], [[1], [1]], swap);
        KernelCase swapped = new(spec, [.. Enumerable.Range(0, 74).Select(i => (float)i)], [0, 37, 0, 37]);
        Assert.Null(KernelOracle.FirstDifference(
            swapped.Expected(), CpuKernelRunner.Run(CpuLoopKernel.Compile(spec, vectorBits), swapped, 3), 0));
    }

    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    [InlineData(32)]
    public void A_program_with_more_long_ops_than_the_compiler_inlines_is_right(int vectorBits)
    {
        List<ScalarStep> steps = [ScalarStep.Input(0)];
        for (int round = 0; round < 12; round++)
        {
            steps.Add(ScalarStep.Apply(ScalarOp.Sigmoid, steps.Count - 1));
            steps.Add(ScalarStep.Apply(ScalarOp.Log, steps.Count - 1));
            steps.Add(ScalarStep.Apply(ScalarOp.Exp, steps.Count - 1));
        }

        LoopSpec spec = new([37], [[1]], [[1]], new ScalarProgram(steps.ToEquatableArray(), [steps.Count - 1]));
        KernelCase launch = new(spec, [.. Enumerable.Range(0, 74).Select(i => (i * 0.1f) - 2f)], [0, 37]);

        float[] actual = CpuKernelRunner.Run(CpuLoopKernel.Compile(spec, vectorBits), launch, 1);

        Assert.Null(KernelOracle.FirstDifference(launch.Expected(), actual, Tolerance));
    }

    [Fact]
    public void More_parts_than_rows_share_out_the_columns()
    {
        LoopSpec spec = new([1000], [[1]], [[1]], ScalarProgram.Identity);
        KernelCase launch = new(spec, [.. Enumerable.Range(0, 2000).Select(i => i < 1000 ? i : -1f)], [0, 1000]);
        CpuKernel kernel = CpuLoopKernel.Compile(spec, 0);

        float[] whole = CpuKernelRunner.Run(kernel, launch, 4);

        Assert.Null(KernelOracle.FirstDifference(launch.Expected(), whole, 0));
    }

    [Fact]
    public unsafe void Running_allocates_nothing()
    {
        KernelCase launch = KernelCases.Loop(new System.Random(7));
        CpuKernel kernel = CpuLoopKernel.Compile((LoopSpec)launch.Spec, 0);
        fixed (float* arena = launch.Arena)
        fixed (long* slots = launch.Slots)
        {
            kernel.Run(arena, slots, 0, 1);
            long before = GC.GetAllocatedBytesForCurrentThread();
            kernel.Run(arena, slots, 0, 1);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    [Fact]
    public void A_width_that_does_not_exist_is_refused()
    {
        LoopSpec spec = new([4], [[1]], [[1]], ScalarProgram.Identity);

        Assert.Throws<ArgumentOutOfRangeException>(() => CpuLoopKernel.Compile(spec, 64));
    }
}

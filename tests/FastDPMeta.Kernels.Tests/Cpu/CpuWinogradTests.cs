using FastDPMeta.Kernels.Cpu;
using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Spec;
using FastDPMeta.Testing;

namespace FastDPMeta.Kernels.Tests.Cpu;

/// <summary>
/// Convolutions by F(2×2, 3×3) against the double-precision oracle, which sums the product's terms directly.
/// </summary>
/// <remarks>
/// The bound, for pixels and weights in [-1, 1] and C channels: an output is Σ over channels of Aᵀ·[(G·g·Gᵀ) ⊙ (Bᵀ·d·B)]·A. In one dimension |G|·|g| is
/// at most (1, 3/2, 3/2, 1) and |Bᵀ|·|d| at most 2, so |Aᵀ| of the products is at most 2+3+3 = 8; in two dimensions 64 for a channel, where the direct sum
/// has 9. On the way to an output an input passes at most 4 rounded additions of weights, 2 of pixels, C multiply-adds and 4 additions of outputs (halving is
/// exact). Hence (Higham 2002, section 3.1) |error| ≤ γ(C + 10)·64·C, with γ(n) = n·u/(1-n·u) and u = 2⁻²⁴. Beside the direct sum's bound γ(9·C)·9·C this is
/// (64·(C+10))/(81·C): 1.28 at 16 channels, below 1 from 38 on.
/// </remarks>
public sealed class CpuWinogradTests
{
    public static TheoryData<int> Widths() => [128, 256, 512];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Even_and_odd_images_of_any_channels_and_filters_agree(int vectorBits)
    {
        int seed = 0;
        foreach ((int images, int height, int width) in ((int, int, int)[])[(1, 8, 8), (3, 5, 7), (2, 6, 9), (4, 7, 4), (8, 2, 3), (16, 2, 2)])
        {
            foreach ((int channels, int filters) in ((int, int)[])[(16, 16), (19, 32), (32, 17), (21, 45), (40, 83)])
            {
                Check(Convolution(images, height, width, channels, filters, turned: false, accumulate: ++seed % 3 == 0), vectorBits, seed);
                Check(Convolution(images, height, width, channels, filters, turned: true, accumulate: ++seed % 3 == 0), vectorBits, seed);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Layers_of_many_blocks_agree(int vectorBits)
    {
        Check(Convolution(2, 17, 11, 64, 64, turned: false, accumulate: false), vectorBits, 1);
        Check(Convolution(1, 8, 8, 128, 130, turned: true, accumulate: true), vectorBits, 2);
        Check(Convolution(2, 20, 20, 16, 16, turned: false, accumulate: false), vectorBits, 3);
    }

    [Fact]
    public void Lines_and_images_may_lie_apart()
    {
        MatMulSpec spec = Convolution(3, 6, 6, 16, 16, turned: false, accumulate: false);
        MatrixAxis row = MatrixAxis.Of([new(3, 2000), new(6, 160), new(6, 16)]);
        MatrixAxis terms = MatrixAxis.Of([new(3, 160), new(48, 1)]);
        Check(spec with { A = new([], row, terms), C = new([], 23, 1) }, 256, 4);
    }

    [Fact]
    public void An_image_that_is_not_a_number_somewhere_leaves_outputs_of_other_tiles_alone()
    {
        // Odd extents: the last tiles reach over the edge. A pixel that is not a number must show in its windows and in no tile that does not hold it.
        MatMulSpec spec = Convolution(1, 7, 7, 16, 16, turned: false, accumulate: false);
        KernelCase launch = Fill(spec, 5);
        launch.Arena[launch.Slots[0]] = float.NaN;
        float[] after = Run(CpuMatMul.Compile(spec, 256), launch, 1);
        for (int position = 0; position < spec.M; position++)
        {
            (int y, int x) = Math.DivRem(position, 7);
            bool isNear = y < 2 && x < 2;
            Assert.True(isNear || float.IsFinite(after[launch.Slots[2] + (position * 16)]), $"Position {y}, {x} is not finite.");
        }

        Assert.True(float.IsNaN(after[launch.Slots[2]]));
    }

    [Fact]
    public void Products_of_windows_with_windows_are_summed_directly()
    {
        MatrixAxis positions = MatrixAxis.Of([new(8, 320), new(8, 32)]);
        MatrixAxis patch = MatrixAxis.Of([new(3, 320), new(96, 1)]);
        IsDirect(new MatMulSpec([], 64, 64, 288, new([], positions, patch), new([], patch, positions), new([], 64, 1)));

        // Windows in a line are a matrix with one stride, yet overlap.
        IsDirect(new MatMulSpec([], 64, 32, 288, new([], positions, patch), new([], 1, 32), new([], 32, 1)));
        IsDirect(new MatMulSpec([], 64, 32, 288, new([], positions, patch), new([], patch, 32), new([], 32, 1)));
        IsDirect(new MatMulSpec([], 64, 32, 288, new([], positions, patch), new([], 0, 1), new([], 32, 1)));
    }

    [Fact]
    public void Products_of_a_batch_and_of_other_windows_are_summed_directly()
    {
        MatMulSpec spec = Convolution(2, 8, 8, 32, 32, turned: false, accumulate: false);
        Assert.False(CpuMatMul.Compile(spec, 256) is CpuMatMul);
        MatrixAxis positions = MatrixAxis.Of([new(8, 320), new(8, 32)]);
        IsDirect(new MatMulSpec([2], 64, 32, 288, new([3200], positions, spec.A.Column), new([9216], 32, 1), new([2048], 32, 1)));
        IsDirect(spec with { A = spec.A with { Row = MatrixAxis.Of([new(2, 3200), new(8, 320), new(8, 64)]) } });
        IsDirect(spec with { A = spec.A with { Column = MatrixAxis.Of([new(3, 640), new(96, 1)]) } });
        IsDirect(spec with { C = new([], 1, 128) });
        IsDirect(Convolution(2, 8, 8, 8, 32, turned: false, accumulate: false));
        IsDirect(Convolution(2, 8, 8, 32, 8, turned: false, accumulate: false));
        IsDirect(Convolution(1, 4, 4, 32, 32, turned: false, accumulate: false));
    }

    [Fact]
    public void Weights_in_any_dense_order_agree()
    {
        // Rows of the kernel turned, columns not: no engine makes it, the rule takes it.
        MatMulSpec spec = Convolution(2, 8, 8, 16, 32, turned: false, accumulate: false);
        Check(spec with { B = new([], MatrixAxis.Of([new(3, -3 * 16 * 32), new(48, 32)]), 1) }, 256, 8);
        Check(spec with { B = new([], MatrixAxis.Of([new(3, 16), new(3, 48), new(16, 1)]), 144) }, 256, 9);
    }

    /// <summary>A convolution of channels-last images with two more rows and columns than positions.</summary>
    private static MatMulSpec Convolution(int images, int height, int width, int channels, int filters, bool turned, bool accumulate)
    {
        int line = (width + 2) * channels;
        MatrixAxis row = MatrixAxis.Of([new(images, (height + 2) * line), new(height, line), new(width, channels)]);
        MatrixAxis terms = MatrixAxis.Of([new(3, line), new(3 * channels, 1)]);

        // Turned: weights [row, column, filter, channel] of the layer whose input's gradient this is, seen from their last row and column.
        MatrixStrides weights = turned
            ? new([], MatrixAxis.Of([new(3, -3 * channels * filters), new(3, -channels * filters), new(channels, 1)]), channels)
            : new([], filters, 1);
        return new MatMulSpec([], images * height * width, filters, 9 * channels, new([], row, terms), weights, new([], filters, 1), accumulate);
    }

    private static void IsDirect(MatMulSpec spec) => Assert.IsType<CpuMatMul>(CpuMatMul.Compile(spec, 256));

    /// <summary>Operands in [-1, 1], with gaps between them, so that a stray write shows.</summary>
    private static KernelCase Fill(MatMulSpec spec, int seed)
    {
        SlotReach[] reaches = SlotReach.Of(spec);
        long[] slots = new long[3];
        long next = 3;
        for (int slot = 0; slot < 3; slot++)
        {
            slots[slot] = next - reaches[slot].First;
            next += reaches[slot].Count + 5;
        }

        System.Random random = new(seed);
        float[] arena = new float[next];
        for (int i = 0; i < arena.Length; i++)
        {
            arena[i] = (2 * random.NextSingle()) - 1;
        }

        return new KernelCase(spec, arena, slots);
    }

    private static unsafe float[] Run(CpuKernel kernel, KernelCase launch, int parts)
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

        return arena;
    }

    private static void Check(MatMulSpec spec, int vectorBits, int seed)
    {
        CpuKernel kernel = CpuMatMul.Compile(spec, vectorBits);
        Assert.False(kernel is CpuMatMul, $"{spec} is summed directly.");
        KernelCase launch = Fill(spec, seed);
        double[] expected = launch.Expected();
        int channels = spec.K / 9;

        // One more rounding where the result is added to something of at most 1.
        double tolerance = Math.ScaleB(64.0 * channels * (channels + 11), -24);
        float[] first = Run(kernel, launch, 1);
        string? difference = KernelOracle.FirstDifference(expected, first.AsSpan(0, expected.Length), tolerance);
        Assert.True(difference is null, $"{difference} {spec}");
        foreach (int parts in (int[])[2, 3, 7])
        {
            Assert.True(first.AsSpan(0, expected.Length).SequenceEqual(Run(kernel, launch, parts).AsSpan(0, expected.Length)), $"{parts} parts change bits.");
        }
    }
}

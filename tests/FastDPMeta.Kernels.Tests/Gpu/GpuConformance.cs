using FastDPMeta.Kernels.Gpu;
using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Kernels.Spec;
using FastDPMeta.Testing;

namespace FastDPMeta.Kernels.Tests.Gpu;

/// <summary>What every device ILGPU drives must compute, whatever it is: each kind of launch against the oracle.</summary>
public abstract class GpuConformance(GpuFixture fixture, int cases)
{
    // Some hundred additions of numbers of the order of one, in float: a few 1e-6; ten times that is no chance.
    private const double Tolerance = 3e-5;

    public static TheoryData<string> Kinds { get; } = ["loop", "reduce", "matmul", "matmul of parts", "gather", "scatterAdd", "rowGroups", "fold"];

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void Random_launches_agree_with_the_oracle_and_leave_the_rest_alone(string kind)
    {
        GpuDevice device = fixture.Device;
        for (int seed = 0; seed < cases; seed++)
        {
            KernelCase launch = Make(kind, new System.Random(seed));
            float[] after = GpuLaunch.Run(device, launch.Spec, launch.Arena, launch.Slots);
            string? difference = KernelOracle.FirstDifference(launch.Expected(), after, Tolerance);
            Assert.True(difference is null, $"Seed {seed}, {launch}: {difference}");
        }
    }

    [SkippableTheory]
    [InlineData(33, 70, 20, false)]
    [InlineData(5, 130, 9, true)]
    [InlineData(65, 65, 17, true)]
    [InlineData(1, 7, 40, false)]
    public void Products_that_fill_no_whole_tile_agree_with_the_oracle(int m, int n, int k, bool accumulate)
    {
        MatMulSpec spec = new([2], m, n, k, new([m * k], 1, m), new([0], n, 1), new([m * n], n, 1), accumulate);
        float[] arena = Numbers(3 + (2 * m * k) + (k * n) + (2 * m * n));
        Check(spec, arena, [3, 3 + (2 * m * k), 3 + (2 * m * k) + (k * n)]);
    }

    [SkippableTheory]
    [InlineData(1, ReduceKind.Sum)]
    [InlineData(31, ReduceKind.Max)]
    [InlineData(33, ReduceKind.Sum)]
    [InlineData(1000, ReduceKind.Sum)]
    [InlineData(1000, ReduceKind.Max)]
    [InlineData(0, ReduceKind.Sum)]
    [InlineData(0, ReduceKind.Max)]
    public void Reductions_of_every_length_agree_with_the_oracle(int length, ReduceKind kind)
    {
        ReduceSpec spec = new([3], [length], [[length, 1]], [1], ScalarProgram.Identity, kind);
        Check(spec, Numbers((3 * length) + 3), [0, 3 * length]);
    }

    [SkippableFact]
    public void Fractions_of_row_numbers_are_cut_off_by_groups_and_sums_alike()
    {
        // Places 2 and 2.5 name row 2; the updates 7 and -7 cancel there.
        float[] arena = [2f, 2.5f, 7f, -7f, .. new float[8]];
        float[] groups = GpuLaunch.Run(fixture.Device, new RowGroupSpec([], 4, 2, [], []), arena, [0, 10]);
        float[] sums = GpuLaunch.Run(fixture.Device, new ScatterAddSpec([], 4, 1, 2, [], [], []), arena, [0, 2, 4]);
        Assert.Equal([1f, 1f], groups[10..12]);
        Assert.Equal(0f, sums[6]);
    }

    [SkippableFact]
    public void A_maximum_over_a_NaN_is_NaN()
    {
        float[] arena = Numbers(204);
        arena[57] = float.NaN;
        ReduceSpec spec = new([2], [100], [[100, 1]], [1], ScalarProgram.Identity, ReduceKind.Max);
        float[] after = GpuLaunch.Run(fixture.Device, spec, arena, [0, 200]);
        Assert.True(float.IsNaN(after[200]));
        Assert.Equal(arena[100..200].Max(), after[201]);
    }

    [SkippableFact]
    public void Noise_is_that_of_the_reference_generator()
    {
        const int Count = 200;
        float[] arena = new float[20 + (2 * 256)];
        for (int word = 0; word < 20; word++)
        {
            // Among the words are patterns that as floats are signalling NaNs and denormals.
            arena[word] = BitConverter.UInt32BitsToSingle(word % 5 == 0 ? 0x7FA00000u + (uint)word : (uint)word * 0x9E3779B9u % 0x00FFFFFFu);
        }

        NoiseSpec spec = new([2], Count, Stream: 7, [10], [256]);
        float[] after = GpuLaunch.Run(fixture.Device, spec, arena, [0, 20]);
        for (int batch = 0; batch < 2; batch++)
        {
            ChaChaBlock state = State(arena.AsSpan(batch * 10, 10), 7);
            for (int i = 0; i < Count; i++)
            {
                float expected = NoiseLayout.NormalAt(state, i);
                Assert.True(MathF.Abs(after[20 + (batch * 256) + i] - expected) <= 4e-6f, $"number {i}: {after[20 + (batch * 256) + i]} against {expected}");
            }

            Assert.Equal(0f, after[20 + (batch * 256) + Count]);
        }
    }

    [SkippableFact]
    public void The_same_launch_gives_the_same_bits()
    {
        KernelCase launch = Make("reduce", new System.Random(11));
        float[] first = GpuLaunch.Run(fixture.Device, launch.Spec, launch.Arena, launch.Slots);
        float[] second = GpuLaunch.Run(fixture.Device, launch.Spec, launch.Arena, launch.Slots);
        Assert.Equal(first.Select(BitConverter.SingleToInt32Bits), second.Select(BitConverter.SingleToInt32Bits));
    }

    [SkippableFact]
    public void Repeated_launches_step_their_slots_and_lanes_keep_apart()
    {
        // x[i+1] = x[i] + y[j] over two nested loops, in lane 1 of 2; y is shared.
        ScalarProgram add = new([ScalarStep.Input(0), ScalarStep.Input(1), ScalarStep.Apply(Kernels.Scalar.ScalarOp.Add, 0, 1)], [2]);
        LoopSpec spec = new([2], [[1], [1]], [[1]], add);
        Launch launch = new(
            spec,
            [new Slot(Region.Lane, 0, [6, 2]), new Slot(Region.Shared, 0, [0, 2]), new Slot(Region.Lane, 2, [6, 2])],
            "step");
        KernelProgram program = new([new Repeat(2, [new Repeat(3, [launch])])]);
        using Arena arena = fixture.Device.Allocate(new ArenaLayout(6, 14, 2));
        using Replay replay = fixture.Device.Prepare(program, arena);
        arena.Write(Region.Shared, 0, 0, [1, 10, 2, 20, 3, 30]);
        arena.Write(Region.Lane, 1, 0, [100, 1000]);
        replay.Run(1);

        float[] lane = new float[14];
        arena.Read(Region.Lane, 1, 0, lane);
        Assert.Equal([100, 1000, 101, 1010, 103, 1030, 106, 1060, 107, 1070, 109, 1090, 112, 1120], lane);
        arena.Read(Region.Lane, 0, 0, lane);
        Assert.All(lane, value => Assert.Equal(0f, value));
        Assert.Equal(6, replay.LaunchCount);
        Assert.Equal(1, replay.KernelCount);
    }

    [SkippableFact]
    public void Transfers_longer_than_the_pinned_memory_arrive_whole()
    {
        float[] values = Numbers(TransferBuffer.Floats + 1000);
        using Arena arena = fixture.Device.Allocate(new ArenaLayout(10, values.Length + 5, 1));
        arena.Write(Region.Lane, 0, 3, values);
        float[] back = new float[values.Length];
        arena.Read(Region.Lane, 0, 3, back);
        Assert.Equal(values, back);

        float[] around = new float[3];
        arena.Write(Region.Lane, 0, 0, [1, 2]);
        arena.Read(Region.Lane, 0, 0, around);
        Assert.Equal([1, 2, 0], around);
        arena.Read(Region.Lane, 0, 3, around);
        Assert.Equal(values[..3], around);
    }

    private static KernelCase Make(string kind, System.Random random) => kind switch
    {
        "loop" => KernelCases.Loop(random),
        "reduce" => KernelCases.Reduce(random),
        "matmul of parts" => KernelCases.MatMulOfParts(random),
        "matmul" => KernelCases.MatMul(random),
        "gather" => KernelCases.Gather(random),
        "scatterAdd" => KernelCases.ScatterAdd(random),
        "rowGroups" => KernelCases.RowGroups(random),
        _ => KernelCases.Fold(random),
    };

    private static ChaChaBlock State(ReadOnlySpan<float> words, uint stream)
    {
        uint[] key = new uint[10];
        for (int word = 0; word < 10; word++)
        {
            key[word] = BitConverter.SingleToUInt32Bits(words[word]);
        }

        return NoiseLayout.State(key[0], key[1], key[2], key[3], key[4], key[5], key[6], key[7], stream, key[8], key[9]);
    }

    private static float[] Numbers(int count)
    {
        System.Random random = new(count);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2f) - 1f)];
    }

    private void Check(KernelSpec spec, float[] arena, long[] slots)
    {
        float[] after = GpuLaunch.Run(fixture.Device, spec, arena, slots);
        Assert.Null(KernelOracle.FirstDifference(KernelOracle.Expected(spec, arena, slots), after, Tolerance));
    }
}

using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Tests.Cpu;

public sealed class CpuReplayTests
{
    // A one-element product c = a·b, or c += a·b.
    private static readonly MatMulSpec Multiply = Product(accumulate: false);
    private static readonly MatMulSpec MultiplyAdd = Product(accumulate: true);

    [Fact]
    public void Repeats_move_slots_by_their_steps_outermost_first()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using Arena arena = device.Allocate(new ArenaLayout(16, 16, 2));
        arena.Write(Region.Shared, 0, 0, [1, 2, 3, 4, 5, 6]); // as [2, 3]
        arena.Write(Region.Lane, 1, 0, [10, 100]);

        // out[i] += Σ_j shared[i, j]·lane[i]
        Launch launch = new(
            MultiplyAdd, [new Slot(Region.Shared, 0, [3, 1]), new Slot(Region.Lane, 0, [1, 0]), new Slot(Region.Lane, 4, [1, 0])]);
        KernelProgram program = new([new Repeat(2, [new Repeat(3, [launch]), new Repeat(0, [launch])])]);
        using Replay replay = device.Prepare(program, arena);
        replay.Run(1);

        float[] result = new float[4];
        arena.Read(Region.Lane, 1, 4, result);
        Assert.Equal([60, 1500, 0, 0], result);
        arena.Read(Region.Lane, 0, 4, result);
        Assert.Equal([0, 0, 0, 0], result);
        Assert.Equal(6, replay.LaunchCount);
        Assert.Equal(1, replay.KernelCount);
    }

    [Fact]
    public void Equal_specs_share_one_kernel_and_instructions_keep_their_order()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using Arena arena = device.Allocate(new ArenaLayout(8, 0, 1));
        arena.Write(Region.Shared, 0, 0, [2, 3]);
        KernelProgram program = new(
        [
            new Launch(Multiply, [At(0), At(1), At(2)]),
            new Launch(Product(accumulate: false), [At(2), At(2), At(3)]),
            new Launch(MultiplyAdd, [At(3), At(0), At(3)]),
        ]);
        using Replay replay = device.Prepare(program, arena);
        replay.Run(0);

        float[] result = new float[4];
        arena.Read(Region.Shared, 0, 0, result);
        Assert.Equal([2, 3, 6, 108], result);
        Assert.Equal(3, replay.LaunchCount);
        Assert.Equal(2, replay.KernelCount);
    }

    [Theory]
    [InlineData(14, 0)] // the last of three elements lies behind the region
    [InlineData(-1, 0)]
    [InlineData(9, 3)] // in the third iteration
    [InlineData(5, -3)]
    public void Slots_that_leave_their_region_are_refused_before_anything_runs(long offset, long step)
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using Arena arena = device.Allocate(new ArenaLayout(16, 16, 1));
        MatMulSpec spec = new([], 1, 3, 1, new([], 1, 1), new([], 3, 1), new([], 3, 1));
        Launch launch = new(spec, [At(0), new Slot(Region.Lane, offset, [step]), At(4)], "inner step");
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => device.Prepare(new KernelProgram([new Repeat(3, [launch])]), arena));
        Assert.Contains("inner step", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("slot 1", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unsound_programs_are_refused()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using Device other = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using Arena arena = device.Allocate(new ArenaLayout(16, 16, 1));
        Refuse(new Launch(Multiply, [At(0), At(1)]));
        Refuse(new Launch(Multiply, [At(0), At(1), new Slot(Region.Shared, 2, [1])]));
        Refuse(new Repeat(-1, [new Launch(Multiply, [At(0), At(1), At(2)])]));
        Refuse(new Launch(Multiply with { M = -1 }, [At(0), At(1), At(2)]));
        Refuse(new Launch(Multiply with { Batch = [2] }, [At(0), At(1), At(2)]));
        Refuse(new Launch(Multiply with { M = 2, C = new([], -1, 1) }, [At(0), At(1), At(2)]));
        Refuse(new Launch(new FoldSpec(1, 3, 1, 2, 2, 1, 5), [At(0), At(8)]));
        Assert.Throws<ArgumentException>(() => other.Prepare(new KernelProgram([]), arena));
        using Replay replay = device.Prepare(new KernelProgram([]), arena);
        Assert.Throws<ArgumentOutOfRangeException>(() => replay.Run(1));
        replay.Dispose();
        Assert.Throws<ObjectDisposedException>(() => replay.Run(0));

        void Refuse(Instruction instruction) => Assert.ThrowsAny<ArgumentException>(() => device.Prepare(new KernelProgram([instruction]), arena));
    }

    [Fact]
    public void Wide_run_gives_the_bits_of_a_narrow_one()
    {
        float[] narrow = Run(threads: 1, wide: false);
        Assert.Equal(narrow, Run(threads: 1, wide: true));
        Assert.Equal(narrow, Run(threads: 2, wide: true));
        Assert.Equal(narrow, Run(threads: 5, wide: true));
        Assert.Contains(narrow, value => value != 0);
    }

    private static float[] Run(int threads, bool wide)
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = threads });
        using Arena arena = device.Allocate(new ArenaLayout(200_000, 200_000, 1));
        using Replay replay = device.Prepare(Everything(), arena);
        if (wide)
        {
            replay.RunWide();
        }
        else
        {
            replay.Run(0);
        }

        float[] result = new float[200_000];
        arena.Read(Region.Lane, 0, 0, result);
        return result;
    }

    /// <summary>Noise, then large and small products, look-ups and windows of it, some in a repeat.</summary>
    internal static KernelProgram Everything() => new(
    [
        new Launch(new NoiseSpec([], 70_000, 3, [], []), [At(0), new Slot(Region.Lane, 0, [])]),
        new Repeat(
            2,
            [
                new Launch(
                    new MatMulSpec([], 130, 140, 150, new([], 150, 1), new([], 140, 1), new([], 140, 1), Accumulate: true),
                    [new Slot(Region.Lane, 0, [1]), new Slot(Region.Lane, 20_000, []), new Slot(Region.Lane, 80_000, [20_000])]),
            ]),
        new Launch(new GatherSpec([4], 100, 64, 300, [0], [300], [19_200]), [Lane(0), Lane(60_000), Lane(120_000)]),
        new Launch(new ScatterAddSpec([2], 50, 64, 200, [200], [12_800], [3_200]), [Lane(60_000), Lane(0), Lane(70_000)]),
        new Launch(
            new ScatterAddSpec([2], 50, 64, 200, [200], [12_800], [3_200], Accumulate: true), [Lane(60_000), Lane(0), Lane(70_000)]),
        new Launch(new RowGroupSpec([8], 50, 500, [500], [500]), [Lane(60_000), Lane(30_000)]),
        new Launch(new FoldSpec(8, 10, 32, 3, 2, 1, 21), [Lane(0), Lane(50_000)]),
        new Launch(Multiply, [Lane(0), Lane(1), Lane(199_999)]),
    ]);

    private static MatMulSpec Product(bool accumulate) => new([], 1, 1, 1, new([], 1, 1), new([], 1, 1), new([], 1, 1), accumulate);

    private static Slot At(long offset) => new(Region.Shared, offset, []);

    private static Slot Lane(long offset) => new(Region.Lane, offset, []);
}

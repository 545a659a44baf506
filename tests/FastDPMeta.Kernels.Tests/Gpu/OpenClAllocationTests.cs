using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Tests.Gpu;

/// <summary>On ILGPU's CPU accelerator every launch allocates a task of ILGPU's own, so this needs a real device.</summary>
public sealed class OpenClAllocationTests(OpenClFixture fixture) : IClassFixture<OpenClFixture>
{
    [SkippableFact]
    public void A_replay_and_its_transfers_allocate_nothing_after_the_first()
    {
        ReduceSpec sum = new([3], [100], [[100, 1]], [1], ScalarProgram.Identity, ReduceKind.Sum);
        MatMulSpec product = new([], 10, 10, 3, new([], 3, 1), new([], 10, 1), new([], 10, 1), Accumulate: true);
        KernelProgram program = new(
        [
            new Launch(sum, [Place(0), Place(300)]),
            new Repeat(3, [new Launch(product, [Place(0), Place(30), new Slot(Region.Lane, 100, [2])])]),
        ]);
        using Arena arena = fixture.Device.Allocate(new ArenaLayout(0, 400, 1));
        using Replay replay = fixture.Device.Prepare(program, arena);
        float[] values = new float[300];
        Step();
        Step();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            Step();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Step()
        {
            arena.Write(Region.Lane, 0, 0, values);
            replay.Run(0);
            arena.Read(Region.Lane, 0, 100, values);
        }
    }

    private static Slot Place(long offset) => new(Region.Lane, offset, []);
}

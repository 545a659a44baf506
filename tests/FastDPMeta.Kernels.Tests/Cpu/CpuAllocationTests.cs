using FastDPMeta.Kernels.Cpu;
using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Tests.Cpu;

/// <summary>Counts the bytes that the whole process allocates, hence runs while no other test does.</summary>
[Collection(Alone.Name)]
public sealed class CpuAllocationTests
{
    [Fact]
    public void Hot_path_allocates_nothing_on_any_thread()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 3 });
        using Arena arena = device.Allocate(new ArenaLayout(200_000, 200_000, 3));
        using Replay replay = device.Prepare(CpuReplayTests.Everything(), arena);
        Action<int> body = replay.Run;
        float[] values = new float[1000];
        void Step()
        {
            arena.Write(Region.Lane, 2, 0, values);
            device.RunLanes(3, body);
            replay.RunWide();
            replay.Run(1);
            arena.Read(Region.Shared, 0, 0, values);
        }

        Assert.Equal(0, Allocations.OfThisThread(Step));
        Assert.Equal(0, Allocations.OfAllThreads(Step));
    }

    [Fact]
    public unsafe void A_convolution_allocates_nothing()
    {
        MatrixAxis positions = MatrixAxis.Of([new(8, 320), new(8, 32)]);
        MatrixAxis patch = MatrixAxis.Of([new(3, 320), new(96, 1)]);
        CpuKernel kernel = CpuMatMul.Compile(new MatMulSpec([], 64, 32, 288, new([], positions, patch), new([], 32, 1), new([], 32, 1)), 128);
        Assert.IsNotType<CpuMatMul>(kernel);
        float[] arena = new float[3200 + 9216 + 2048 + CpuArena.SlackFloats];
        long[] slots = [0, 3200, 3200 + 9216];
        void Run()
        {
            fixed (float* memory = arena)
            {
                fixed (long* offsets = slots)
                {
                    kernel.Run(memory, offsets, 0, 1);
                }
            }
        }

        Assert.Equal(0, Allocations.OfThisThread(Run));
    }

    [Fact]
    public void Running_a_pool_allocates_nothing_on_any_thread()
    {
        using WorkerPool pool = new(3);
        Idle task = new();
        void RunMany()
        {
            for (int run = 0; run < 60; run++)
            {
                if (run % 20 == 0)
                {
                    Thread.Sleep(2); // long enough to park
                }

                pool.Run(task);
            }
        }

        Assert.Equal(0, Allocations.OfAllThreads(RunMany));
    }

    private sealed class Idle : IWorkerTask
    {
        public void Execute(int worker, int workers)
        {
        }
    }
}

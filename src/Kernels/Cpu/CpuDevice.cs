using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>The processor: managed SIMD kernels and one thread per core.</summary>
internal sealed class CpuDevice : Device
{
    /// <summary>Its name for <see cref="Device.Open"/>.</summary>
    public const string Name = "cpu";

    private readonly Dictionary<KernelSpec, CpuKernel> _kernels = [];
    private readonly Lock _gate = new();
    private readonly LaneTask _laneTask = new();

    /// <summary>Starts the worker threads.</summary>
    /// <param name="options">Threads and vector width; validated.</param>
    public CpuDevice(DeviceOptions options)
    {
        VectorBits = ChooseVectorBits(options);
        Pool = new WorkerPool(ChooseThreads(options));
        Info = Describe(VectorBits, Pool.Workers);
    }

    /// <summary>Width of the widest vectors the hardware computes with: 512, 256 or 128.</summary>
    public static int HardwareVectorBits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <inheritdoc/>
    public override DeviceInfo Info { get; }

    /// <inheritdoc/>
    public override int Lanes => Pool.Workers;

    /// <summary>Vector width of this device's kernels: 512, 256 or 128.</summary>
    public int VectorBits { get; }

    /// <summary>The worker threads.</summary>
    public WorkerPool Pool { get; }

    /// <summary>The width to use: what is asked for, at most what the hardware has.</summary>
    public static int ChooseVectorBits(DeviceOptions options) =>
        options.VectorBits == 0 ? HardwareVectorBits : Math.Min(options.VectorBits, HardwareVectorBits);

    /// <summary>The number of workers: what is asked for, else one per core.</summary>
    public static int ChooseThreads(DeviceOptions options) =>
        options.Threads == 0 ? Math.Min(Environment.ProcessorCount, WorkerPool.MostWorkers) : options.Threads;

    /// <summary>What a processor device with these settings is.</summary>
    public static DeviceInfo Describe(int vectorBits, int threads)
    {
        string simd = (RuntimeInformation.ProcessArchitecture, vectorBits) switch
        {
            (Architecture.X64 or Architecture.X86, 512) => "AVX-512",
            (Architecture.X64 or Architecture.X86, 256) => "AVX2",
            (Architecture.X64 or Architecture.X86, _) => "SSE",
            (Architecture.Arm64 or Architecture.Arm, _) => "Neon",
            _ => $"{vectorBits}-bit vectors",
        };
        string count = threads == 1 ? "1 thread" : $"{threads} threads";
        return new DeviceInfo(Name, DeviceKind.Cpu, $"{simd}, {count}", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }

    /// <inheritdoc/>
    public override Arena Allocate(ArenaLayout layout) => new CpuArena(this, layout);

    /// <inheritdoc/>
    public override Replay Prepare(KernelProgram program, Arena arena)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (arena is not CpuArena own || own.Device != this)
        {
            throw new ArgumentException("Prepare: the arena was made by another device. Allocate it on the device that runs the program.", nameof(arena));
        }

        return CpuReplay.Compile(this, program, own);
    }

    /// <inheritdoc/>
    public override void RunLanes(int lanes, Action<int> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentOutOfRangeException.ThrowIfNegative(lanes);
        _laneTask.Run(Pool, lanes, body);
    }

    /// <summary>The compiled kernel of a spec, made at its first use. Thread-safe.</summary>
    /// <param name="spec">A sound spec.</param>
    public CpuKernel Kernel(KernelSpec spec)
    {
        lock (_gate)
        {
            if (!_kernels.TryGetValue(spec, out CpuKernel? kernel))
            {
                kernel = CpuCompiler.Compile(spec, VectorBits);
                _kernels.Add(spec, kernel);
            }

            return kernel;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => Pool.Dispose();

    /// <summary>The lanes of a worker, one after the other.</summary>
    private sealed class LaneTask : IWorkerTask
    {
        private int _lanes;
        private Action<int>? _body;
        private int _running;

        public void Run(WorkerPool pool, int lanes, Action<int> body)
        {
            if (Interlocked.CompareExchange(ref _running, 1, 0) != 0)
            {
                throw new InvalidOperationException("RunLanes was called inside a lane or by two threads at once. Use one device per calling thread.");
            }

            try
            {
                (_lanes, _body) = (lanes, body);
                pool.Run(this);
            }
            finally
            {
                _body = null;
                Volatile.Write(ref _running, 0);
            }
        }

        public void Execute(int worker, int workers)
        {
            for (int lane = worker; lane < _lanes; lane += workers)
            {
                _body!(lane);
            }
        }
    }
}

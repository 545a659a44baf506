using System.Collections.Concurrent;
using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Spec;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Runtime;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>How a compiled kernel is started.</summary>
internal delegate void KernelLauncher(AcceleratorStream stream, KernelConfig config, ArrayView<float> arena, Slots slots);

/// <summary>A device ILGPU drives. Work is queued in order on one stream; reading the arena waits for it.</summary>
internal sealed class GpuDevice : Device
{
    private readonly Accelerator _accelerator;
    private readonly AcceleratorStream _stream;
    private readonly ConcurrentDictionary<KernelSpec, CompiledGpuKernel> _kernels = new();

    /// <summary>Takes over an accelerator.</summary>
    /// <param name="info">What it is.</param>
    /// <param name="accelerator">It belongs to the device from now on.</param>
    public GpuDevice(DeviceInfo info, Accelerator accelerator)
    {
        Info = info;
        _accelerator = accelerator;
        _stream = accelerator.CreateStream();
        Limits = new GpuLimits(accelerator.MaxNumThreadsPerGroup);
    }

    /// <inheritdoc/>
    public override DeviceInfo Info { get; }

    /// <inheritdoc/>
    public override int Lanes => 1;

    /// <summary>What kernels are shaped by.</summary>
    public GpuLimits Limits { get; }

    /// <summary>Number of different kernels compiled so far.</summary>
    public int CompiledKernels => _kernels.Count;

    /// <inheritdoc/>
    public override Arena Allocate(ArenaLayout layout) => new GpuArena(layout, _accelerator, _stream);

    /// <inheritdoc/>
    public override Replay Prepare(KernelProgram program, Arena arena) => arena is GpuArena own && own.Accelerator == _accelerator
        ? new GpuReplay(program, own, _stream, Compile)
        : throw new ArgumentException($"Prepare: the arena was not made by this device ({Info.Name}). Use its Allocate.", nameof(arena));

    /// <inheritdoc/>
    public override void RunLanes(int lanes, Action<int> body)
    {
        for (int lane = 0; lane < lanes; lane++)
        {
            body(lane);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }

        foreach (CompiledGpuKernel kernel in _kernels.Values)
        {
            kernel.Dispose();
        }

        _stream.Dispose();
        _accelerator.Dispose();
    }

    private CompiledGpuKernel Compile(KernelSpec spec)
    {
        if (_kernels.TryGetValue(spec, out CompiledGpuKernel? known))
        {
            return known;
        }

        GpuKernel source = GpuKernels.Build(spec, Limits);
        CompiledKernel compiled = GpuKernels.Compile(_accelerator.GetBackend(), source);
        return _kernels.GetOrAdd(spec, new CompiledGpuKernel(source, _accelerator.LoadKernel(compiled)));
    }
}

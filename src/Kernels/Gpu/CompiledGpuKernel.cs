using ILGPU;
using ILGPU.Runtime;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>A kernel loaded on one device, ready to start.</summary>
internal sealed class CompiledGpuKernel : IDisposable
{
    private readonly Kernel _kernel;

    /// <summary>Wraps a loaded kernel.</summary>
    /// <param name="source">What was compiled.</param>
    /// <param name="kernel">It belongs to this from now on.</param>
    public CompiledGpuKernel(GpuKernel source, Kernel kernel)
    {
        _kernel = kernel;
        Groups = source.Groups;
        Config = new KernelConfig(Math.Max(1, source.Groups), source.Group);
        Launcher = kernel.CreateLauncherDelegate<KernelLauncher>();
    }

    /// <summary>Groups of a launch; with 0 there is none.</summary>
    public int Groups { get; }

    /// <summary>Shape of a launch.</summary>
    public KernelConfig Config { get; }

    /// <summary>Starts it.</summary>
    public KernelLauncher Launcher { get; }

    /// <inheritdoc/>
    public void Dispose() => _kernel.Dispose();
}

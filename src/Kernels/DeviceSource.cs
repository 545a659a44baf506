namespace FastDPMeta.Kernels;

/// <summary>A family of devices that <see cref="Device.Open"/> can look in.</summary>
internal abstract class DeviceSource
{
    /// <summary>The families, the one to prefer first; the debugger, which is never preferred, last.</summary>
    public static IReadOnlyList<DeviceSource> All { get; } =
    [
        new Gpu.GpuSource(DeviceKind.Cuda, "CUDA", "cuda"),
        new Gpu.GpuSource(DeviceKind.OpenCl, "OpenCL graphics", "opencl"),
        new Cpu.CpuDevices(),
        new Gpu.GpuSource(DeviceKind.Debug, "debugger", Gpu.GpuDevices.DebugName),
    ];

    /// <summary>For people, as <c>CUDA</c>.</summary>
    public abstract string Family { get; }

    /// <summary>The devices that are there; none without a driver. Never throws.</summary>
    public abstract IReadOnlyList<DeviceInfo> List(DeviceOptions options);

    /// <summary>Those of <see cref="List"/> that <see cref="Device.Best"/> may take, the fastest first.</summary>
    public virtual IReadOnlyList<DeviceInfo> Preferred(DeviceOptions options) => List(options);

    /// <summary>Whether the name, as a user wrote it, means a device of this family, be it there or not.</summary>
    public abstract bool Owns(string name);

    /// <summary>Opens a device of this family.</summary>
    /// <param name="name">A name that <see cref="Owns"/> accepts.</param>
    /// <param name="options">Validated options.</param>
    /// <exception cref="DeviceException">It is not there or can't be opened.</exception>
    public abstract Device Open(string name, DeviceOptions options);
}

using ILGPU.Runtime.OpenCL;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>One of ILGPU's families of devices as <see cref="Device.Best"/> and <see cref="Device.Open"/> see it.</summary>
/// <param name="kind">The kind of its devices.</param>
/// <param name="family">For people.</param>
/// <param name="prefix">What the names begin with.</param>
internal sealed class GpuSource(DeviceKind kind, string family, string prefix) : DeviceSource
{
    /// <inheritdoc/>
    public override string Family => family;

    /// <inheritdoc/>
    public override IReadOnlyList<DeviceInfo> List(DeviceOptions options) => [.. GpuDevices.All().Where(info => info.Kind == kind)];

    /// <summary>No debugger, and of OpenCL's devices the graphics processors only: its drivers for the processor are slower than our SIMD kernels.</summary>
    public override IReadOnlyList<DeviceInfo> Preferred(DeviceOptions options) => kind switch
    {
        DeviceKind.Cuda => List(options),
        DeviceKind.OpenCl => [.. List(options).Where((_, number) => IsGraphics(number))],
        _ => [],
    };

    /// <inheritdoc/>
    public override bool Owns(string name) => name == prefix || name.StartsWith($"{prefix}:", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override Device Open(string name, DeviceOptions options) => GpuDevices.Open(name);

    private static bool IsGraphics(int number)
    {
        foreach (CLDevice device in GpuContext.Instance.GetCLDevices())
        {
            if (number-- == 0)
            {
                return (device.DeviceType & CLDeviceType.CL_DEVICE_TYPE_GPU) != 0;
            }
        }

        return false;
    }
}

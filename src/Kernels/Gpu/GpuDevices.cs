using System.Globalization;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using IlDevice = ILGPU.Runtime.Device;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>The devices ILGPU finds: <c>cuda:0</c>, <c>cuda:1</c> …, <c>opencl:0</c> …, and <c>debug</c>.</summary>
internal static class GpuDevices
{
    /// <summary>Name of ILGPU's own CPU accelerator.</summary>
    public const string DebugName = "debug";

    /// <summary>CUDA devices, then OpenCL devices, then the debugger. Never throws for want of a driver.</summary>
    public static IReadOnlyList<DeviceInfo> All()
    {
        List<DeviceInfo> devices = [];
        foreach ((DeviceInfo info, _) in Find())
        {
            devices.Add(info);
        }

        return devices;
    }

    /// <summary>Whether <paramref name="name"/> is of the form this class opens.</summary>
    /// <param name="name">As <c>cuda</c>, <c>cuda:0</c>, <c>opencl:1</c> or <c>debug</c>.</param>
    public static bool Owns(string name) =>
        name == DebugName || Kind(name) is "cuda" or "opencl";

    /// <summary>Opens a device.</summary>
    /// <param name="name">As in <see cref="All"/>; without a number the first of its kind.</param>
    /// <exception cref="DeviceException">It is not there, or cannot be opened; the message says what to do.</exception>
    public static GpuDevice Open(string name)
    {
        string wanted = name is "cuda" or "opencl" ? name + ":0" : name;
        foreach ((DeviceInfo info, IlDevice device) in Find())
        {
            if (info.Name == wanted)
            {
                return Open(info, device);
            }
        }

        throw new DeviceException(Missing(name));
    }

    private static GpuDevice Open(DeviceInfo info, IlDevice device)
    {
        try
        {
            return new GpuDevice(info, device.CreateAccelerator(GpuContext.Instance));
        }
        catch (Exception exception) when (exception is CudaException or CLException or NotSupportedException)
        {
            throw new DeviceException(
                $"Device '{info.Name}' ({info.Description}) is there but can't be opened: {exception.Message} Close other programs that use it, or use 'cpu'.",
                exception);
        }
    }

    private static List<(DeviceInfo Info, IlDevice Device)> Find()
    {
        List<(DeviceInfo Info, IlDevice Device)> found = [];
        int cuda = 0;
        foreach (CudaDevice device in GpuContext.Instance.GetCudaDevices())
        {
            found.Add((Describe("cuda", cuda++, DeviceKind.Cuda, device, $"{device.Name}, {device.Architecture}"), device));
        }

        int opencl = 0;
        foreach (CLDevice device in GpuContext.Instance.GetCLDevices())
        {
            found.Add((Describe("opencl", opencl++, DeviceKind.OpenCl, device, $"{device.Name}, {device.PlatformName}"), device));
        }

        foreach (CPUDevice device in GpuContext.Instance.GetCPUDevices())
        {
            found.Add((new DeviceInfo(DebugName, DeviceKind.Debug, "ILGPU's CPU accelerator, for debugging kernels", 0), device));
        }

        return found;
    }

    private static DeviceInfo Describe(string prefix, int number, DeviceKind kind, IlDevice device, string description) =>
        new($"{prefix}:{number.ToString(CultureInfo.InvariantCulture)}", kind, description, device.MemorySize);

    private static string Kind(string name)
    {
        int colon = name.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? name : name[..colon];
    }

    private static string Missing(string name)
    {
        string there = string.Join(", ", All().Select(device => device.Name));
        string remedy = Kind(name) switch
        {
            "cuda" => "It needs an NVIDIA GPU and its driver (libcuda).",
            "opencl" => "It needs an OpenCL 2.0 or 3.0 driver with the generic address space, and libOpenCL.",
            _ => "Names are cuda:<n>, opencl:<n> and debug.",
        };
        return $"Device '{name}' is not there; found: {there}. {remedy} Or use 'cpu'.";
    }
}

using FastDPMeta.Kernels.Gpu;
using Skip = Xunit.Skip;

namespace FastDPMeta.Kernels.Tests.Gpu;

/// <summary>Opens one device for all tests of a class, or remembers why it can't.</summary>
public abstract class GpuFixture : IDisposable
{
    private readonly GpuDevice? _device;
    private readonly string _reason = "";

    protected GpuFixture(string name)
    {
        try
        {
            _device = GpuDevices.Open(name);
        }
        catch (DeviceException exception)
        {
            _reason = exception.Message;
        }
    }

    /// <summary>The device; skips the test where there is none.</summary>
    internal GpuDevice Device
    {
        get
        {
            Skip.If(_device is null, _reason);
            return _device!;
        }
    }

    public void Dispose()
    {
        _device?.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>ILGPU's CPU accelerator, there always.</summary>
public sealed class DebugFixture() : GpuFixture("debug");

/// <summary>The first OpenCL device.</summary>
public sealed class OpenClFixture() : GpuFixture("opencl");

/// <summary>The first CUDA device.</summary>
public sealed class CudaFixture() : GpuFixture("cuda");

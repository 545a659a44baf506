using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Gpu;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Compile;

/// <summary>Compiled programs on ILGPU's CPU accelerator: the GPU path where there is no GPU.</summary>
public sealed class DebugConformanceTests(DebugFixture fixture) : DeviceConformance, IClassFixture<DebugFixture>
{
    // Every kernel takes it tens of milliseconds to compile.
    protected override int RandomCount => 2;

    protected override Device Open() => fixture.Device;
}

/// <summary>Compiled programs on an OpenCL device, where there is one.</summary>
public sealed class OpenClConformanceTests(OpenClFixture fixture) : DeviceConformance, IClassFixture<OpenClFixture>
{
    protected override Device Open() => fixture.Device;
}

/// <summary>Compiled programs on a CUDA device, where there is one.</summary>
public sealed class CudaConformanceTests(CudaFixture fixture) : DeviceConformance, IClassFixture<CudaFixture>
{
    protected override Device Open() => fixture.Device;
}

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
    public Device Device
    {
        get
        {
            Skip.If(_device is null, _reason);
            return new KeptDevice(_device!);
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

using FastDPMeta.Kernels;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Compile;

/// <summary>Compiled programs on the processor with AVX-512.</summary>
public sealed class Cpu512ConformanceTests(Cpu512Fixture fixture) : DeviceConformance, IClassFixture<Cpu512Fixture>
{
    protected override Device Open() => fixture.Device;
}

/// <summary>Compiled programs on the processor with AVX2.</summary>
public sealed class Cpu256ConformanceTests(Cpu256Fixture fixture) : DeviceConformance, IClassFixture<Cpu256Fixture>
{
    protected override Device Open() => fixture.Device;
}

/// <summary>Compiled programs on the processor with what every 64-bit processor has.</summary>
public sealed class Cpu128ConformanceTests(Cpu128Fixture fixture) : DeviceConformance, IClassFixture<Cpu128Fixture>
{
    protected override Device Open() => fixture.Device;
}

/// <summary>Opens one CPU device for all tests of a class, or remembers why it can't.</summary>
public abstract class CpuFixture : IDisposable
{
    private readonly Device? _device;
    private readonly string _reason = "";

    protected CpuFixture(int vectorBits)
    {
        try
        {
            _device = Device.Open("cpu", new DeviceOptions { VectorBits = vectorBits, Threads = 2 });
        }
        catch (DeviceException exception)
        {
            _reason = exception.Message;
        }
    }

    /// <summary>The device; skips the test where it is too narrow.</summary>
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

/// <summary>AVX-512.</summary>
public sealed class Cpu512Fixture() : CpuFixture(512);

/// <summary>AVX2.</summary>
public sealed class Cpu256Fixture() : CpuFixture(256);

/// <summary>SSE or NEON.</summary>
public sealed class Cpu128Fixture() : CpuFixture(128);

using FastDPMeta.Kernels;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Compile;

/// <summary>The lowering alone: every launch computed from its definition, without any backend.</summary>
public sealed class OracleConformanceTests : DeviceConformance
{
    protected override int RandomCount => 100;

    protected override Device Open() => new OracleDevice();
}

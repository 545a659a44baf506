namespace FastDPMeta.Kernels.Tests.Gpu;

/// <summary>The kernels as plain .NET code under ILGPU's thread emulation: slow, so few cases.</summary>
public sealed class DebugConformanceTests(DebugFixture fixture) : GpuConformance(fixture, cases: 4), IClassFixture<DebugFixture>;

/// <summary>The kernels as OpenCL C, where there is an OpenCL device.</summary>
public sealed class OpenClConformanceTests(OpenClFixture fixture) : GpuConformance(fixture, cases: 30), IClassFixture<OpenClFixture>;

/// <summary>The kernels as PTX, where there is a CUDA device.</summary>
public sealed class CudaConformanceTests(CudaFixture fixture) : GpuConformance(fixture, cases: 30), IClassFixture<CudaFixture>;

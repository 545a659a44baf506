using BenchmarkDotNet.Attributes;
using FastDPMeta.Kernels.Cpu;

namespace FastDPMeta.Bench.Micro;

/// <summary>The products of <see cref="MatMulCase.All"/>, one after the other, with allocations.</summary>
[MemoryDiagnoser]
public class MatMulBenchmarks
{
    private MatMulCase[] _all = [];
    private MatMulCase? _case;

    [Params(0, 1, 2, 3, 4, 6, 9, 11)]
    public int Shape { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _all = MatMulCase.All(CpuDevice.HardwareVectorBits);
        _case = _all[Shape];
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (MatMulCase product in _all)
        {
            product.Dispose();
        }
    }

    [Benchmark]
    public void MatMul() => _case!.Run();
}

using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using FastDPMeta.Kernels;

namespace FastDPMeta.Bench.Step;

/// <summary>Whole private steps of small models on one thread, with allocations.</summary>
[MemoryDiagnoser]
[SuppressMessage("Design", "CA1001", Justification = "The harness, which makes a class of its own from this one, calls Cleanup.")]
public class StepBenchmarks
{
    private Device? _device;
    private BenchStep? _step;

    [Params("logreg", "ffnn", "mnist_cnn")]
    public string Model { get; set; } = "logreg";

    [Params(64)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        BenchModel model = BenchModel.Of(Model);
        _device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        _step = new BenchStep(model.Model, model.Step(Batch, isPrivate: true, _device), new BenchExamples(model, Batch), _device);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _step?.Dispose();
        _device?.Dispose();
    }

    [Benchmark]
    public void PrivateStep() => _step!.Run();
}

using System.Text.Json.Nodes;
using FastDPMeta.Bench.Step;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Tests.Training;

public class StepExpectationsTests
{
    private const int Batch = 16;

    public static TheoryData<string> Models { get; } = [.. BenchModel.Names];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_private_step_costs_what_is_kept_and_allocates_nothing_once_warm(string name)
    {
        BenchModel model = BenchModel.Of(name);
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        StepSpec spec = model.Step(Batch, isPrivate: true, device);
        using PrivateStep step = new(spec, device);
        string differences = StepExpectations.Load().Compare(name, StepExpectations.Figures(step.Programs, spec.Chunk));
        Assert.True(differences.Length == 0, differences);

        step.WriteParameters(model.Model.Initialize(1));
        BenchExamples examples = new(model, Batch);
        int[] lot = [.. Enumerable.Range(0, Batch)];
        using RandomKey key = RandomKey.UnsafeFixed(5);
        long allocated = 0;
        for (int round = 0; round < 3; round++)
        {
            // The device has no thread but this one, so that nothing else can hide or add an allocation.
            long before = GC.GetAllocatedBytesForCurrentThread();
            step.Accumulate(lot, examples);
            step.Release(key, (ulong)round, round);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    [Theory]
    [InlineData("ffnn")]
    [InlineData("mnist_cnn")]
    public void Expectations_know_neither_threads_nor_vectors(string name)
    {
        JsonObject Figures(int threads, int vectorBits)
        {
            using Device device = Device.Open("cpu", new DeviceOptions { Threads = threads, VectorBits = vectorBits });
            StepSpec spec = BenchModel.Of(name).Step(Batch, isPrivate: true, device);
            return StepExpectations.Figures(new StepPrograms(spec), spec.Chunk);
        }

        Assert.Equal(Figures(1, 0).ToJsonString(), Figures(16, 128).ToJsonString());
    }

    [Fact]
    public void Every_model_has_expectations_and_nothing_else_has()
    {
        Assert.Equal(BenchModel.Names.Order(), StepExpectations.Load().Names.Order());
    }
}

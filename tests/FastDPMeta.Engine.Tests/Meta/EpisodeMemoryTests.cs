using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Tests.Meta;

/// <summary>A thousand episodes leave memory as they found it: nothing is recorded while tasks are computed, so nothing can be kept.</summary>
public sealed class EpisodeMemoryTests
{
    private const int Episodes = 1000;

    public static TheoryData<string> All => [.. LearnerCase.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(All))]
    public void A_thousand_meta_gradients_allocate_nothing_and_move_in_one_arena(string name)
    {
        LearnerCase one = LearnerCase.Find(name);
        Layer learned = one.Learned;
        int count = one.ParameterIndices.Length;
        Computation batch = one.Objective.PerExample("task", 1, count, [.. Enumerable.Range(count, learned.Parameters.Count - count)]).Clip(1).Sum();
        ArenaPlanner planner = new();
        ArenaBuffer[] inputs = [.. batch.Inputs.Select((input, i) => planner.Reserve(Region.Lane, $"argument {i}", input.Shape.Count))];
        ArenaBuffer[] outputs = [.. batch.Outputs.Select((output, i) => planner.Reserve(Region.Lane, $"result {i}", output.Shape.Count))];
        CompiledComputation compiled = planner.Compile(batch, inputs, outputs);
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using BoundArena bound = planner.Bind(device);
        Replay replay = bound.Replay(compiled);
        float[][] values = [.. one.Parameters().Concat(one.Data(0)).Append([1]).Select(part => part.Select(value => (float)value).ToArray())];
        float[] result = new float[outputs[0].Count];
        void Episode()
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                bound.Write(inputs[i], values[i]);
            }

            replay.Run(0);
            bound.Read(outputs[0], result);
        }

        Episode();
        Arena arena = bound.Arena;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int episode = 0; episode < Episodes; episode++)
        {
            Episode();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Same(arena, bound.Arena);
        Assert.Contains(result, value => value != 0);
    }

    [Fact]
    public void A_thousand_evaluations_leave_the_heap_and_the_process_as_they_were()
    {
        Sequential model = Models.SinusoidNet();
        Maml learner = new(new() { Shot = 10, Query = 10, InnerRate = 0.01 });
        SinusoidTasks tasks = new();
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using TaskEvaluator evaluator = new(model, Loss.MeanSquaredError, learner, TaskShape.Of(tasks), steps: 5, device);
        float[] parameters = model.Initialize(1);
        void Evaluate(int first, int episodes)
        {
            for (int episode = 0; episode < episodes; episode += 20)
            {
                evaluator.Evaluate(parameters, tasks, first + episode, 20);
            }
        }

        Evaluate(0, 500);
        (long heap, long process) = (GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
        Evaluate(500, Episodes);
        (heap, process) = (GC.GetTotalMemory(forceFullCollection: true) - heap, Environment.WorkingSet - process);

        // One episode kept would be more than 1,761 parameters and their activations, 20 KB: a thousand, 20 MB. Other tests run beside this one and have a share in both figures.
        Assert.True(heap < 8 << 20, $"the heap grew by {heap} bytes");
        Assert.True(process < 64 << 20, $"the process grew by {process} bytes");
    }
}

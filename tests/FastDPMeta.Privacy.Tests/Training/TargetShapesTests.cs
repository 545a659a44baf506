using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Tests.Training;

/// <summary>Tasks whose targets are several numbers, as a sequence's are.</summary>
public sealed class TargetShapesTests : IDisposable
{
    private readonly Device _device = Device.Open("cpu", new DeviceOptions { Threads = 1 });

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task A_task_s_targets_may_be_several_numbers_each()
    {
        Dense model = new(1, 2);
        Joint learner = new(new() { Shot = 3, Query = 4, InnerRate = 0.1 });
        PairTasks tasks = new();
        using MetaTrainer trainer = MetaTrainer.Compile(
            model, Loss.MeanSquaredError, learner, tasks.InputShape, Optimizer.Sgd(Schedule.Constant(0.5)), PrivacyPlan.None(PrivacyUnit.Task, 8, 8, 300), _device, target: tasks.TargetShape);
        await trainer.TrainAsync(tasks);
        float[] learned = trainer.Parameters();
        Assert.Equal(2, learned[0], 1e-3);
        Assert.Equal(-1, learned[1], 1e-3);

        using TaskEvaluator evaluator = new(model, Loss.MeanSquaredError, learner, TaskShape.Of(tasks), 0, _device);
        Assert.InRange(evaluator.Evaluate(learned, tasks, 0, 8).MeanLoss, 0, 1e-5);
    }

    [Fact]
    public void Tasks_with_other_targets_than_the_trainer_was_compiled_for_are_refused()
    {
        PairTasks tasks = new();
        using MetaTrainer trainer = MetaTrainer.Compile(
            new Dense(1, 2), Loss.MeanSquaredError, new Joint(new() { Shot = 3, Query = 4 }), tasks.InputShape, Optimizer.Sgd(Schedule.Constant(0.5)),
            PrivacyPlan.None(PrivacyUnit.Task, 8, 8, 1), _device, target: new Shape(2, 1));
        Assert.Contains("with targets", Assert.Throws<ShapeException>(() => { _ = trainer.TrainAsync(tasks); }).Message);
    }

    /// <summary>Targets (2x, -x).</summary>
    private sealed class PairTasks : ITaskSource
    {
        public Shape InputShape { get; } = new(1);

        public Shape TargetShape { get; } = new(2);

        public int Way => 1;

        public int SupportCount => 3;

        public int QueryCount => 4;

        public void Fill(long taskId, Span<float> supportInputs, Span<float> supportLabels, Span<float> queryInputs, Span<float> queryLabels)
        {
            Fill(taskId, supportInputs, supportLabels);
            Fill(taskId + 1, queryInputs, queryLabels);
        }

        private static void Fill(long taskId, Span<float> inputs, Span<float> labels)
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                inputs[i] = ((taskId + (3 * i)) % 7 / 3f) - 1;
                (labels[2 * i], labels[(2 * i) + 1]) = (2 * inputs[i], -inputs[i]);
            }
        }
    }
}

using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Serving;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Tests.Training;

/// <summary>What a learner learns besides the model is trained, saved and resumed with it; what is not one task's is refused.</summary>
public sealed class LearnedParametersTests : IDisposable
{
    private readonly Device _device = Device.Open("cpu", new DeviceOptions { Threads = 2 });
    private readonly SinusoidTasks _tasks = new(shot: 5, query: 5);
    private readonly string _folder = Directory.CreateTempSubdirectory("fastdpmeta-learned").FullName;

    public void Dispose()
    {
        _device.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Learned_rates_are_trained_with_the_model_saved_under_their_names_and_resumed()
    {
        MetaSgd learner = new(new() { Shot = 5, Query = 5, InnerRate = 0.02 });
        string path = Path.Combine(_folder, "model.safetensors");
        using MetaTrainer trainer = Compile(learner);
        Assert.Equal(2 * Models.SinusoidNet(8).ParameterCount, trainer.ParameterCount);
        await trainer.TrainAsync(_tasks);
        trainer.Save(path);

        float[] rates = Safetensors.Load(path)["learner.rate.output.weight"].Values.ToArray();
        Assert.Contains(rates, rate => Math.Abs(rate - 0.02) > 1e-4);
        using MetaTrainer again = Compile(learner);
        for (int round = 0; round < 10; round++)
        {
            again.Ledger.Charge(again.Ledger.LastRound + 1); // as the ledger of that run says
        }

        again.Resume(path);
        Assert.Equal(trainer.Parameters(), again.Parameters());
    }

    [Fact]
    public async Task What_a_learner_keeps_but_does_not_train_stays_as_it_was()
    {
        MamlPlusPlus learner = new(new() { Shot = 5, Query = 5, InnerSteps = 2, Progress = 0.25 });
        string path = Path.Combine(_folder, "model.safetensors");
        using MetaTrainer trainer = Compile(learner);
        await trainer.TrainAsync(_tasks);
        trainer.Save(path);
        Assert.Equal([0.25f], Safetensors.Load(path)["learner.progress"].Values.ToArray());
    }

    [Fact]
    public void A_meta_loss_that_mixes_tasks_is_refused_in_words()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Compile(new Contrast()));
        Assert.Contains("the meta-loss of contrast takes", error.Message, StringComparison.Ordinal);
        Assert.Contains("mixes tasks has no contribution of one person to clip", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(1L, true)]
    public async Task Inner_steps_are_computed_again_where_memory_is_short_and_train_the_same_model(long? bytes, bool recomputes)
    {
        Maml learner = new(new() { Shot = 5, Query = 5, InnerSteps = 4 });
        PrivacyPlan plan = PrivacyPlan.None(PrivacyUnit.Task, population: 20, expectedLot: 20, rounds: 3); // every task every round
        using MetaTrainer kept = Compile(learner, plan: plan);
        using MetaTrainer trainer = Compile(learner, plan: plan, options: new TrainerOptions { MostLaneBytes = bytes });
        Assert.Equal(recomputes, ((MamlOptions)trainer.Learner.Options).Recompute);
        await kept.TrainAsync(_tasks);
        await trainer.TrainAsync(_tasks);
        float[] expected = kept.Parameters();
        float[] actual = trainer.Parameters();
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-4);
        }
    }

    [Fact]
    public void Transduction_under_task_privacy_is_refused_in_words_and_trains_without_privacy()
    {
        Maml learner = new(new() { Shot = 5, Query = 5 });
        ArgumentException error = Assert.Throws<ArgumentException>(() => Compile(learner, Normalised(NormKind.Transductive)));
        Assert.Contains("normalises transductively", error.Message, StringComparison.Ordinal);
        Assert.Contains("Take NormKind.PerTask, Group or Layer", error.Message, StringComparison.Ordinal);
        using MetaTrainer open = Compile(learner, Normalised(NormKind.Transductive), PrivacyPlan.None(PrivacyUnit.Task, 500, 20, 10));
    }

    [Fact]
    public async Task Statistics_of_the_support_set_are_one_persons_own_and_train_under_task_privacy()
    {
        using MetaTrainer trainer = Compile(new Maml(new() { Shot = 5, Query = 5 }), Normalised(NormKind.PerTask));
        float[] before = trainer.Parameters();
        TrainResult result = await trainer.TrainAsync(_tasks);
        Assert.Equal(10, result.Rounds);
        Assert.Equal(0, result.NotFinite);
        Assert.NotEqual(before, trainer.Parameters());
    }

    [Theory]
    [InlineData(NormKind.PerTask)]
    [InlineData(NormKind.Transductive)]
    public void Statistics_over_examples_are_refused_where_the_unit_is_the_example(NormKind kind)
    {
        PrivacyPlan plan = new PrivacyPlanBuilder().Protect(PrivacyUnit.Example).Within(new PrivacyBudget(8, 1e-6)).Poisson(500, 20, rounds: 10).ClipTo(1).Build();
        ShapeException error = Assert.Throws<ShapeException>(() => PrivateTrainer.Compile(
            Normalised(kind), Loss.MeanSquaredError, new Shape(1), Shape.Scalar, Optimizer.Adam(1e-2), plan, _device));
        Assert.Contains("was given one example alone", error.Message, StringComparison.Ordinal);
        Assert.Contains("with tasks or users as unit", error.Message, StringComparison.Ordinal);
    }

    private static Sequential Normalised(NormKind kind) => new(new Dense(1, 8), new TaskNorm(8, kind), new ActivationLayer(Activation.Tanh), new Dense(8, 1));

    private MetaTrainer Compile(Learner learner, Layer? model = null, PrivacyPlan? plan = null, TrainerOptions? options = null)
    {
        plan ??= new PrivacyPlanBuilder().Protect(PrivacyUnit.Task).Within(new PrivacyBudget(8, 1e-6)).Poisson(500, 20, rounds: 10).ClipTo(1).Build();
        return MetaTrainer.Compile(model ?? Models.SinusoidNet(8), Loss.MeanSquaredError, learner, _tasks.InputShape, Optimizer.Adam(1e-2), plan, _device, options: options);
    }

    /// <summary>Wants two tasks at once.</summary>
    private sealed class Contrast() : Learner(new LearnerOptions { Shot = 5, Query = 5 })
    {
        public override string Name => "contrast";

        public override Computation TaskObjective(Layer model, Loss loss, TaskShape shape) => new Joint(new() { Shot = 5, Query = 5 })
            .TaskObjective(model, loss, shape).Vmap("task", 2, [.. model.Parameters.Select(_ => false), true, true, true, true]);

        protected override Tensor[] Adapted(Episode episode, Tensor[] parameters, int steps) => parameters;
    }
}

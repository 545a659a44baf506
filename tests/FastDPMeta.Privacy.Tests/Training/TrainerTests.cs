using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Serving;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Ledger;
using FastDPMeta.Privacy.Tests.Ledger;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private readonly Device _device = Device.Open("cpu", new DeviceOptions { Threads = 2 });
    private readonly SinusoidTasks _tasks = new(shot: 5, query: 5);
    private readonly string _folder = Directory.CreateTempSubdirectory("fastdpmeta-trainer").FullName;

    public void Dispose()
    {
        _device.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Training_stops_by_itself_when_the_budget_is_spent()
    {
        // Noise given, so that the budget ends long before the rounds do.
        PrivacyPlan plan = new PrivacyPlanBuilder().Protect(PrivacyUnit.Task).Within(new PrivacyBudget(2, 1e-5)).Poisson(500, 50, 1000).ClipTo(1).NoiseMultiplier(3).Build();
        using MetaTrainer trainer = Compile(plan);

        TrainResult result = await trainer.TrainAsync(_tasks);

        Assert.Equal(TrainingEnd.BudgetSpent, result.End);
        Assert.InRange(result.Rounds, 1, 999);
        Assert.InRange(result.Epsilon, 0, 2);
        Assert.True(FastDPMeta.Privacy.Accounting.Accountant.Epsilon(0.1, 3, result.Rounds + 1, 1e-5) > 2);
    }

    [Theory]
    [InlineData("TruncatedPoisson")]
    [InlineData("FixedSize")]
    [InlineData("Cyclic")]
    public async Task Every_sampling_trains_all_its_rounds_and_spends_what_the_plan_promises(string sampling)
    {
        PrivacyPlanBuilder builder = new PrivacyPlanBuilder().Protect(PrivacyUnit.Task).Within(new PrivacyBudget(5, 1e-5)).ClipTo(1);
        PrivacyPlan plan = (sampling switch
        {
            "TruncatedPoisson" => builder.TruncatedPoisson(200, 20, 60, rounds: 10),
            "FixedSize" => builder.FixedSize(200, 20, rounds: 10),
            _ => builder.Cyclic(200, 20, epochs: 2),
        }).Build();
        using MetaTrainer trainer = Compile(plan);
        float[] before = trainer.Parameters();

        TrainResult result = await trainer.TrainAsync(_tasks);

        Assert.Equal(TrainingEnd.RoundsDone, result.End);
        Assert.Equal(plan.Rounds, result.Rounds);
        Assert.Equal(plan.Promise, trainer.Ledger.Spent);
        Assert.NotEqual(before, trainer.Parameters());
    }

    [Fact]
    public async Task Cancelling_ends_with_a_whole_round_and_an_exact_ledger()
    {
        using MetaTrainer trainer = Compile(Plan(rounds: 200));
        using CancellationTokenSource stop = new();

        TrainResult result = await trainer.TrainAsync(_tasks, new Listener(report =>
        {
            if (report.Round == 7)
            {
                stop.Cancel();
            }
        }), stop.Token);

        Assert.Equal(TrainingEnd.Cancelled, result.End);
        Assert.Equal(7, result.Rounds);
        Assert.Equal(7, trainer.Ledger.Spent.Releases);
    }

    [Fact]
    public async Task A_resumed_training_goes_on_with_weights_state_rounds_and_ledger()
    {
        PrivacyPlan plan = Plan(rounds: 20);
        string model = Path.Combine(_folder, "model.safetensors");
        string ledger = Path.Combine(_folder, "privacy.ledger");
        float[] half;
        using (MetaTrainer first = Compile(plan, PrivacyLedger.Create(ledger, plan)))
        {
            using CancellationTokenSource stop = new();
            await first.TrainAsync(_tasks, new Listener(report => { if (report.Round == 8) { stop.Cancel(); } }), stop.Token);
            first.Save(model);
            half = first.Parameters();
        }

        using MetaTrainer second = Compile(plan, PrivacyLedger.Open(ledger, plan));
        second.Resume(model);
        Assert.Equal(half, second.Parameters());
        TrainResult result = await second.TrainAsync(_tasks);

        Assert.Equal(20, result.Rounds);
        Assert.Equal(20, second.Ledger.Spent.Releases);
    }

    [Fact]
    public async Task A_ledger_put_back_behind_its_model_is_refused_even_when_it_was_charged_on()
    {
        PrivacyPlan plan = Plan(rounds: 20);
        string model = Path.Combine(_folder, "model.safetensors");
        string ledger = Path.Combine(_folder, "privacy.ledger");
        PrivacyLedger.Create(ledger, plan).Dispose();
        byte[] old = File.ReadAllBytes(ledger);
        using (MetaTrainer first = Compile(plan, PrivacyLedger.Open(ledger, plan)))
        {
            using CancellationTokenSource stop = new();
            await first.TrainAsync(_tasks, new Listener(report => { if (report.Round == 3) { stop.Cancel(); } }), stop.Token);
            first.Save(model);
        }

        File.WriteAllBytes(ledger, old);
        PrivacyLedger forked = PrivacyLedger.Open(ledger, plan);
        for (int round = 0; round < 5; round++)
        {
            forked.Charge(round);
        }

        using MetaTrainer second = Compile(plan, forked);
        Assert.Contains("put back from an older copy", Assert.Throws<ModelFileException>(() => second.Resume(model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_round_that_cannot_be_charged_leaves_the_model_as_it_was()
    {
        PrivacyPlan plan = Plan(rounds: 20);
        FailingLedgerStore store = new(capacity: 1500);
        using MetaTrainer trainer = Compile(plan, PrivacyLedger.Begin(store, plan, TimeProvider.System));
        using RandomKey key = RandomKey.UnsafeFixed(1);
        using TrainingLoop loop = trainer.Loop(new TaskUnits(_tasks, new TaskShape(_tasks.InputShape, 1, 5, 5)), key);
        float[] before = trainer.Parameters();
        LedgerException? failure = null;
        for (int round = 0; round < 20 && failure is null; round++)
        {
            before = trainer.Parameters();
            try
            {
                loop.Round();
            }
            catch (LedgerException error)
            {
                failure = error;
            }
        }

        Assert.NotNull(failure);
        Assert.Equal(before, trainer.Parameters());
    }

    [Fact]
    public void A_model_of_another_plan_is_not_resumed()
    {
        string model = Path.Combine(_folder, "model.safetensors");
        using MetaTrainer first = Compile(Plan(rounds: 20));
        first.Save(model);
        using MetaTrainer second = Compile(Plan(rounds: 21));
        ModelFileException error = Assert.Throws<ModelFileException>(() => second.Resume(model));
        Assert.Contains("another privacy plan", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_for_examples_does_not_train_on_tasks_nor_the_other_way_round()
    {
        PrivacyPlan examples = new PrivacyPlanBuilder().Protect(PrivacyUnit.Example).Within(new PrivacyBudget(3, 1e-6)).Poisson(1000, 50, 10).ClipTo(1).Build();
        Assert.Contains("Protect(PrivacyUnit.Task)", Assert.Throws<ArgumentException>(() => Compile(examples)).Message, StringComparison.Ordinal);
        ArgumentException error = Assert.Throws<ArgumentException>(() => PrivateTrainer.Compile(
            new Dense(2, 2, name: "logits"), Loss.CrossEntropy, new Shape(2), Shape.Scalar, Optimizer.Sgd(0.1), Plan(10), _device));
        Assert.Contains("Protect(PrivacyUnit.Example)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Training_on_examples_learns_privately_and_survives_a_bad_one()
    {
        PrivacyPlan plan = new PrivacyPlanBuilder().Protect(PrivacyUnit.Example).Within(new PrivacyBudget(3, 1e-6)).Poisson(5000, 250, 100).ClipTo(1).Build();
        using PrivateTrainer trainer = PrivateTrainer.Compile(
            new Dense(2, 2, name: "logits"), Loss.CrossEntropy, new Shape(2), Shape.Scalar, Optimizer.Sgd(1.0), plan, _device);
        HalfPlanes examples = new();
        double last = 0;

        TrainResult result = await trainer.TrainAsync(examples, new Listener(report => last = report.Diagnostics.Metric));

        Assert.Equal(TrainingEnd.RoundsDone, result.End);
        Assert.InRange(last, 0.9, 1.0);
        Assert.True(result.NotFinite > 0);
        Assert.All(trainer.Parameters(), value => Assert.True(float.IsFinite(value)));
    }

    private static PrivacyPlan Plan(int rounds) => new PrivacyPlanBuilder()
        .Protect(PrivacyUnit.Task).Within(new PrivacyBudget(3, 1e-6)).Poisson(500, 20, rounds).ClipTo(1).Build();

    private MetaTrainer Compile(PrivacyPlan plan, PrivacyLedger? ledger = null) => MetaTrainer.Compile(
        Models.SinusoidNet(8), Loss.MeanSquaredError, new Maml(new MamlOptions { Shot = 5, Query = 5 }), _tasks.InputShape, Optimizer.Adam(1e-3), plan, _device, ledger);

    private sealed class Listener(Action<RoundReport> heard) : IProgress<RoundReport>
    {
        public void Report(RoundReport value) => heard(value);
    }

    /// <summary>Points left and right of a line; one in a hundred is not a number.</summary>
    private sealed class HalfPlanes : IExampleSource
    {
        public Shape InputShape { get; } = new(2);

        public Shape TargetShape => Shape.Scalar;

        public void Fill(int example, Span<float> input, Span<float> target)
        {
            float angle = example * 2.399963f; // the golden angle: points all around
            input[0] = example % 100 == 0 ? float.NaN : 2 * MathF.Cos(angle);
            input[1] = 2 * MathF.Sin(angle);
            target[0] = MathF.Cos(angle) + (0.5f * MathF.Sin(angle)) > 0 ? 1 : 0;
        }
    }
}

using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Serving;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Ledger;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Tests.Training;

/// <summary>Whole rounds under every clipping rule: sensitivity, noise, and the moving norm.</summary>
public sealed class ClippedStepTests : IDisposable
{
    private const int Inputs = 6, Classes = 3, Count = 400, Lot = 40;
    private readonly Device _device = Device.Open("cpu", new DeviceOptions { Threads = 2 });
    private readonly ExampleSet _examples = Examples();
    private readonly string _folder = Directory.CreateTempSubdirectory("fastdpmeta-clip").FullName;

    public static TheoryData<Clipping> Rules => [Clipping.Flat(0.2f), Clipping.PerLayer(0.2f), Clipping.PerLayer(0.1f, 0.2f), Clipping.Automatic(0.2f), Clipping.Adaptive(0.2f)];

    public void Dispose()
    {
        _device.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void One_unit_moves_the_sum_by_at_most_the_plans_norm_and_a_lot_adds_them_up(Clipping clipping)
    {
        PrivacyPlan plan = Plan(clipping);
        using PrivateStep step = new(Spec(plan), _device);
        step.WriteParameters(Model().Initialize(3));
        ExampleUnits units = new(_examples);
        int[] lot = [.. Enumerable.Range(0, 30)];
        double[] sum = new double[Model().ParameterCount];
        foreach (int unit in lot)
        {
            step.Accumulate([unit], units);
            float[] one = step.ReadSum();
            double norm = Math.Sqrt(one.Sum(value => (double)value * value));
            Assert.InRange(norm, 0.01, plan.ClipNorm * (1 + 1e-6));
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += one[i];
            }
        }

        step.Accumulate(lot, units);
        float[] all = step.ReadSum();
        for (int i = 0; i < sum.Length; i++)
        {
            Assert.Equal(sum[i], all[i], 1e-5);
        }
    }

    [Fact]
    public void The_noise_grows_with_the_adapted_norm()
    {
        // 60,000 parameters: see the same bound in PrivateStepTests.
        Layer wide = new Dense(200, 300, name: "wide");
        PrivacyPlan plan = Plan(Clipping.Adaptive(0.5f, share: 0.2));
        using PrivateStep step = new(PrivateTrainer.Spec(wide, Loss.CrossEntropy, new Shape(200), Shape.Scalar, Optimizer.Sgd(1), plan, 4), _device);
        using RandomKey key = RandomKey.UnsafeFixed(3);
        ExampleSet unused = ExampleSet.FromArrays(new Shape(200), new float[200], new float[1]);
        foreach (float clip in (float[])[0.5f, 0.05f, 7])
        {
            step.WriteParameters(new float[wide.ParameterCount]);
            step.ClipNorm = clip;
            step.Accumulate([], new ExampleUnits(unused));
            step.Release(key, (ulong)(100 * clip), 0);
            float[] moved = new float[wide.ParameterCount];
            step.ReadParameters(moved);
            double expected = plan.GradientNoiseMultiplier * clip / plan.ExpectedLot;
            double actual = Math.Sqrt(moved.Sum(value => (double)value * value) / moved.Length);
            double allowed = 5 / Math.Sqrt(2.0 * moved.Length);
            Assert.InRange(actual / expected, 1 - allowed, 1 + allowed + 1e-4);
        }
    }

    [Fact]
    public void The_norm_of_a_run_follows_the_reference_with_the_runs_own_noise()
    {
        PrivacyPlan plan = Plan(Clipping.Adaptive(20, quantile: 0.6, rate: 0.4, share: 0.1));
        using RandomKey key = RandomKey.UnsafeFixed(9);
        using RandomKey noise = key.Derive("noise");
        using RandomKey count = noise.Derive("count");
        using RandomStream stream = new(count);
        using PrivateStep step = new(Spec(plan), _device);
        using PrivacyLedger ledger = PrivacyLedger.InMemory(plan);
        step.WriteParameters(Model().Initialize(3));
        using TrainingLoop loop = new(step, ledger, new ExampleUnits(_examples), key);
        double expected = 20;
        for (int round = 1; round <= 15; round++)
        {
            RoundDiagnostics lot = loop.Round().Diagnostics;
            stream.MoveToRound((ulong)ledger.LastRound);
            double counted = 0.5 + (((lot.Units / 2.0) - lot.Clipped + (plan.CountNoise * stream.NextGaussian())) / Lot);
            expected *= Math.Exp(-0.4 * (counted - 0.6));
            Assert.Equal(expected, step.ClipNorm, 1e-5 * expected);
        }

        Assert.Equal(15, ledger.Spent.Releases);
        Assert.InRange(expected, 0, 10); // it came down towards what gradients are
    }

    [Fact]
    public async Task An_adapted_norm_is_saved_and_resumed()
    {
        PrivacyPlan plan = Plan(Clipping.Adaptive(2));
        string model = Path.Combine(_folder, "model.safetensors");
        float adapted;
        using (PrivateTrainer first = Trainer(plan))
        {
            await first.TrainAsync(_examples);
            first.Save(model);
            adapted = first.ClipNorm;
        }

        using PrivateTrainer second = Trainer(plan);
        Assert.Equal(2, second.ClipNorm);

        // A ledger that knows nothing of those rounds would forget what they cost.
        Assert.Contains("the ledger of that run", Assert.Throws<ModelFileException>(() => second.Resume(model)).Message, StringComparison.Ordinal);
        while (second.Ledger.LastRound + 1 < plan.Rounds)
        {
            second.Ledger.Charge(second.Ledger.LastRound + 1);
        }

        second.Resume(model);
        Assert.Equal(adapted, second.ClipNorm);
        Assert.NotEqual(2, adapted);
    }

    [Fact]
    public async Task A_trainer_trains_once_at_a_time()
    {
        using PrivateTrainer trainer = Trainer(Plan(Clipping.Flat(1)));
        using ManualResetEventSlim begun = new(), go = new();
        Progress progress = new(begun, go);
        Task<TrainResult> first = trainer.TrainAsync(_examples, progress);
        begun.Wait();
        Assert.Contains("training already", Assert.Throws<InvalidOperationException>(() => { _ = trainer.TrainAsync(_examples); }).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => trainer.SetParameters(trainer.Parameters()));
        go.Set();
        await first;
        trainer.SetParameters(trainer.Parameters());
    }

    private sealed class Progress(ManualResetEventSlim begun, ManualResetEventSlim go) : IProgress<RoundReport>
    {
        public void Report(RoundReport value)
        {
            begun.Set();
            go.Wait();
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_run_cut_in_two_and_resumed_ends_with_the_bits_of_one_piece(Clipping clipping)
    {
        // Known keys: rounds take their noise by number, so that both runs draw the same.
        PrivacyPlan plan = Plan(clipping);
        using RandomKey key = RandomKey.UnsafeFixed(21);
        string model = Path.Combine(_folder, "model.safetensors");
        using PrivateTrainer whole = Trainer(plan);
        whole.Rounds(new ExampleUnits(_examples), key, 12);
        using (PrivateTrainer first = Trainer(plan))
        {
            first.Rounds(new ExampleUnits(_examples), key, 7);
            first.Save(model);
        }

        using PrivateTrainer second = Trainer(plan);
        for (long round = 1; round <= 7; round++)
        {
            second.Ledger.Charge(second.Ledger.LastRound + 1);
        }

        second.Resume(model);
        second.Rounds(new ExampleUnits(_examples), key, 5);

        Assert.Equal(whole.Parameters(), second.Parameters());
        Assert.Equal(whole.ClipNorm, second.ClipNorm);
    }

    [Fact]
    public async Task Held_out_examples_are_judged_as_a_loop_over_them_would()
    {
        using PrivateTrainer trainer = Trainer(Plan(Clipping.Automatic(0.5f)));
        await trainer.TrainAsync(_examples);
        Layer model = Model();
        float[] parameters = trainer.Parameters();
        double[][] parts = [.. Enumerable.Range(0, model.Parameters.Count).Select(i => model.Layout.Part(parameters, i).ToArray().Select(value => (double)value).ToArray())];
        int count = model.Parameters.Count;
        Computation one = Computation.Trace([.. model.Parameters.Select(parameter => parameter.Shape), new Shape(Inputs), Shape.Scalar], inputs =>
        {
            Tensor output = model.Apply(inputs[count], inputs.AsSpan(..count));
            return [Losses.CrossEntropy(output, inputs[count + 1]), Metrics.Accuracy(output, inputs[count + 1])];
        });
        double loss = 0, right = 0;
        float[] input = new float[Inputs], target = new float[1];
        for (int example = 0; example < 101; example++)
        {
            _examples.Fill(example, input, target);
            double[][] results = FastDPMeta.Engine.Transforms.Interpreter.Run(one, [.. parts, [.. input.Select(value => (double)value)], [target[0]]]);
            loss += results[0][0];
            right += results[1][0];
        }

        ExampleScores scores = trainer.Evaluate(_examples, 101);
        Assert.Equal(loss / 101, scores.Loss, 1e-5);
        Assert.Equal(right / 101, scores.Metric, 1e-6);
        Assert.Equal(101, scores.Count);
        ExampleSet other = ExampleSet.FromArrays(new Shape(2), new float[2], new float[1]);
        Assert.Contains("Evaluate: examples are [2]", Assert.Throws<ShapeException>(() => trainer.Evaluate(other, 1)).Message, StringComparison.Ordinal);
    }

    private static Sequential Model() => new Sequential(new Dense(Inputs, 5, Activation.Tanh, name: "hidden"), new Dense(5, Classes, name: "logits"));

    private static PrivacyPlan Plan(Clipping clipping) => new PrivacyPlanBuilder()
        .Protect(PrivacyUnit.Example).Within(new PrivacyBudget(3, 1e-5)).Poisson(Count, Lot, 20).Clip(clipping).Build();

    private static StepSpec Spec(PrivacyPlan plan) => PrivateTrainer.Spec(Model(), Loss.CrossEntropy, new Shape(Inputs), Shape.Scalar, Optimizer.Sgd(0.5), plan, 8);

    private PrivateTrainer Trainer(PrivacyPlan plan) =>
        PrivateTrainer.Compile(Model(), Loss.CrossEntropy, new Shape(Inputs), Shape.Scalar, Optimizer.Adam(0.01), plan, _device);

    private static ExampleSet Examples() => ExampleSet.FromArrays(
        new Shape(Inputs),
        [.. Enumerable.Range(0, Count * Inputs).Select(i => 2 * MathF.Sin((i / Inputs * 1.7f) + (i % Inputs * 0.9f)))],
        [.. Enumerable.Range(0, Count).Select(i => (float)(i % Classes))]);
}

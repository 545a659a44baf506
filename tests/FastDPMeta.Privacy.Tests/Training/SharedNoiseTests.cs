using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Tests.Training;

public sealed class SharedNoiseTests : IDisposable
{
    private readonly Device _device = Device.Open("cpu", new DeviceOptions { Threads = 2 });

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(0, 2)]
    [InlineData(3, 2)]
    [InlineData(3, 50)]
    public void Rounds_add_the_vectors_that_the_correlation_names(int bands, int units)
    {
        // A loss that is 0 whatever the parameters: what moves them is noise alone.
        const int Parameters = 500;
        NoiseCorrelation correlation = bands == 0 ? NoiseCorrelation.Tree : NoiseCorrelation.Banded(bands);
        PrivacyPlan plan = Builder().Stream(population: 100, lot: 50, epochs: 4, correlation).ClipTo(1).Build();
        Layer model = new Dense(Parameters / 2, 2, name: "none");
        Computation objective = Computation.Trace(
            [.. model.Parameters.Select(parameter => parameter.Shape), Shape.Scalar], inputs => [inputs[0].Sum() * 0 * inputs[^1], inputs[^1], inputs[^1]]);
        using PrivateStep step = new(new StepSpec(objective, model.Layout, Optimizer.Sgd(1), plan, "example", 4), _device);
        step.WriteParameters(new float[model.ParameterCount]);
        using RandomKey key = RandomKey.UnsafeFixed(21);
        double[] expected = new double[model.ParameterCount];
        NoiseTerm[] terms = new NoiseTerm[correlation.MostTerms(plan.Rounds)];
        for (int round = 0; round < plan.Rounds; round++)
        {
            step.Accumulate([.. Enumerable.Range(0, units)], new Nothing());
            step.Release(key, (ulong)round, round);

            int count = correlation.Terms(round, terms);
            foreach (NoiseTerm term in terms[..count])
            {
                for (int i = 0; i < expected.Length; i++)
                {
                    expected[i] -= term.Weight * (double)plan.NoiseStandardDeviation * Normal(key, term.Number, i) / plan.ExpectedLot;
                }
            }

            float[] actual = new float[expected.Length];
            step.ReadParameters(actual);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i], actual[i], 1e-4 * plan.NoiseStandardDeviation / plan.ExpectedLot);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task A_stream_trains_all_its_rounds_once_and_never_goes_on(int bands)
    {
        NoiseCorrelation correlation = bands == 0 ? NoiseCorrelation.Tree : NoiseCorrelation.Banded(bands);
        PrivacyPlan plan = new PrivacyPlanBuilder().Protect(PrivacyUnit.Task).Within(new PrivacyBudget(5, 1e-5)).ClipTo(1).Stream(200, 20, 2, correlation).Build();
        SinusoidTasks tasks = new(shot: 5, query: 5);
        using MetaTrainer trainer = MetaTrainer.Compile(
            Models.SinusoidNet(8), Loss.MeanSquaredError, new Maml(new MamlOptions { Shot = 5, Query = 5 }), tasks.InputShape, Optimizer.Sgd(0.01, momentum: 0.9), plan, _device);
        using CancellationTokenSource stop = new();

        TrainResult part = await trainer.TrainAsync(tasks, new Stopper(stop, 7), stop.Token);

        Assert.Equal(TrainingEnd.Cancelled, part.End);
        Assert.Equal(plan.Promise.Epsilon, trainer.Ledger.Spent.Epsilon);
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => trainer.TrainAsync(tasks));
        Assert.Contains("share their noise", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secure_training_does_all_its_rounds_and_spends_what_the_plan_promises()
    {
        PrivacyPlan plan = new PrivacyPlanBuilder().Protect(PrivacyUnit.Task).Within(new PrivacyBudget(5, 1e-5)).ClipTo(1).Poisson(200, 20, 10).SecureNoise().Build();
        SinusoidTasks tasks = new(shot: 5, query: 5);
        using MetaTrainer trainer = MetaTrainer.Compile(
            Models.SinusoidNet(8), Loss.MeanSquaredError, new Maml(new MamlOptions { Shot = 5, Query = 5 }), tasks.InputShape, Optimizer.Adam(1e-3), plan, _device);
        float[] before = trainer.Parameters();

        TrainResult result = await trainer.TrainAsync(tasks);

        Assert.Equal((TrainingEnd.RoundsDone, 10), (result.End, result.Rounds));
        Assert.Equal(0, result.NotFinite);
        Assert.Equal(plan.Promise, trainer.Ledger.Spent);
        Assert.NotEqual(before, trainer.Parameters());
    }

    private static PrivacyPlanBuilder Builder() => new PrivacyPlanBuilder().Protect(PrivacyUnit.Example).Within(new PrivacyBudget(4, 1e-6));

    private static float Normal(RandomKey key, ulong number, int index)
    {
        uint[] words = new uint[8];
        key.CopyWords(words);
        ChaChaBlock state = NoiseLayout.State(
            words[0], words[1], words[2], words[3], words[4], words[5], words[6], words[7], 0, (uint)number, (uint)(number >> 32));
        return NoiseLayout.NormalAt(state, index);
    }

    private sealed class Nothing : IUnitSource
    {
        public IReadOnlyList<Shape> Shapes { get; } = [Shape.Scalar];

        public void Fill(int unit, UnitBuffers arguments) => arguments[0][0] = 1;
    }

    private sealed class Stopper(CancellationTokenSource stop, int rounds) : IProgress<RoundReport>
    {
        public void Report(RoundReport value)
        {
            if (value.Round == rounds)
            {
                stop.Cancel();
            }
        }
    }
}

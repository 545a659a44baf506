using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Serving;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Tests.Training;

/// <summary>Models with parameters that training leaves alone, and models that draw random numbers in training.</summary>
public sealed class FrozenAndRandomModelsTests : IDisposable
{
    private const int Rounds = 4;
    private readonly Device _device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
    private readonly Points _points = new(null);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void A_frozen_layer_gets_no_noise_and_takes_no_share_of_the_clip_norm()
    {
        Dense inner = new(2, 6, Activation.Tanh);
        using PrivateTrainer whole = Compile(new Sequential(new Frozen(inner), new Dense(6, 2, name: "logits")), new Shape(2), Optimizer.Adam(0.1));
        float[] before = whole.Parameters();
        Assert.Equal(14 + 18, before.Length);
        Train(whole, _points);
        float[] after = whole.Parameters();

        // Frozen ones lie behind the fourteen that train.
        Assert.Equal(before[14..], after[14..]);
        Assert.All(before[..14].Zip(after), pair => Assert.NotEqual(pair.First, pair.Second));

        // The same as training the last layer alone on what the frozen one gives: same clip factors, same noise, same state of the optimizer.
        using PrivateTrainer part = Compile(new Dense(6, 2, name: "logits"), new Shape(6), Optimizer.Adam(0.1));
        part.SetParameters(before.AsSpan(..14));
        Train(part, new Points(point => Interpreter.Run(inner.Trace(new Shape(2)), Double(before[14..26]), Double(before[26..]), point)[0]));
        Assert.All(part.Parameters().Zip(after), pair => Assert.InRange(pair.First - pair.Second, -1e-4, 1e-4));
    }

    [Fact]
    public void The_optimizer_keeps_state_for_trainable_parameters_only_and_a_saved_model_resumes()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("fastdpmeta-frozen").FullName, "model.safetensors");
        Sequential Model() => new(new Lora(new Dense(2, 6, Activation.Tanh, name: "base"), rank: 1, alpha: 2), new Dense(6, 2, name: "logits"));
        using PrivateTrainer first = Compile(Model(), new Shape(2), Optimizer.Adam(0.1));
        Train(first, _points);
        first.Save(path);
        Assert.Equal(8 + 14, Safetensors.Load(path)["optimizer.0"].Values.Length);
        using PrivateTrainer second = Compile(Model(), new Shape(2), Optimizer.Adam(0.1));
        second.Resume(path);
        Assert.Equal(first.Parameters(), second.Parameters());
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void A_model_with_nothing_to_train_is_refused() => Assert.Contains(
        "nothing to train",
        Assert.Throws<ArgumentException>(() => Compile(new Frozen(new Dense(2, 2)), new Shape(2), Optimizer.Sgd(0.1))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Masks_belong_to_units_so_that_chunks_and_lanes_change_nothing()
    {
        Sequential Model(double rate) => new(new Dense(2, 16, Activation.Tanh), new Dropout(rate), new Dense(16, 2, name: "logits"));
        float[] Trained(double rate, int chunk)
        {
            using PrivateTrainer trainer = Compile(Model(rate), new Shape(2), Optimizer.Sgd(0.5), chunk);
            Train(trainer, _points);
            return trainer.Parameters();
        }

        float[] small = Trained(0.5, 3);
        Assert.All(small.Zip(Trained(0.5, 32)), pair => Assert.InRange(pair.First - pair.Second, -1e-4, 1e-4));
        Assert.Contains(small.Zip(Trained(0, 32)), pair => Math.Abs(pair.First - pair.Second) > 1e-2);
    }

    [Fact]
    public void A_unit_has_another_key_in_every_round_and_no_two_units_share_one()
    {
        using KeyedUnits units = new(new ExampleUnits(_points), RandomKey.UnsafeFixed(3));
        HashSet<string> keys = [];
        for (int round = 0; round < 5; round++)
        {
            for (int unit = 0; unit < 5; unit++)
            {
                float[][] data = [new float[2], new float[1], new float[10]];
                units.Round = round;
                units.Fill(unit, new UnitBuffers(new ArrayRows(data, [2, 1, 10]), 0));
                keys.Add(string.Join(' ', data[2].Select(BitConverter.SingleToUInt32Bits)));
                Assert.NotEqual(0, data[0][0]);
            }
        }

        Assert.Equal(25, keys.Count);
        Assert.Equal(Randomness.KeyShape, units.Shapes[^1]);
    }

    [Fact]
    public void Learners_refuse_a_model_that_draws_random_numbers()
    {
        PrivacyPlan plan = new PrivacyPlanBuilder().Protect(PrivacyUnit.Task).Within(new PrivacyBudget(3, 1e-6)).Poisson(500, 20, Rounds).ClipTo(1).Build();
        ArgumentException error = Assert.Throws<ArgumentException>(() => MetaTrainer.Compile(
            new Sequential(new Dense(1, 4), new Dropout(0.5), new Dense(4, 1)), Loss.MeanSquaredError, new Maml(new MamlOptions { Shot = 5, Query = 5 }), new Shape(1),
            Optimizer.Sgd(0.1), plan, _device));
        Assert.Contains("dropout", error.Message, StringComparison.Ordinal);
    }

    private static double[] Double(float[] values) => [.. values.Select(value => (double)value)];

    private PrivateTrainer Compile(Layer model, Shape input, Optimizer optimizer, int chunk = 0)
    {
        PrivacyPlan plan = new PrivacyPlanBuilder().Protect(PrivacyUnit.Example).Within(new PrivacyBudget(3, 1e-6)).Poisson(500, 60, Rounds).ClipTo(0.5f).Build();
        return PrivateTrainer.Compile(model, Loss.CrossEntropy, input, Shape.Scalar, optimizer, plan, _device, options: new TrainerOptions { Chunk = chunk });
    }

    private static void Train(PrivateTrainer trainer, IExampleSource points)
    {
        using RandomKey key = RandomKey.UnsafeFixed(11);
        using TrainingLoop loop = trainer.Loop(new ExampleUnits(points), key);
        for (int round = 0; round < Rounds; round++)
        {
            loop.Round();
        }
    }

    /// <summary>Points left and right of a line, or features of them.</summary>
    private sealed class Points(Func<double[], double[]>? features) : IExampleSource
    {
        public Shape InputShape { get; } = new(features is null ? 2 : 6);

        public Shape TargetShape => Shape.Scalar;

        public void Fill(int example, Span<float> input, Span<float> target)
        {
            float angle = 0.1f + (example * 2.399963f);
            (float x, float y) = (2 * MathF.Cos(angle), 2 * MathF.Sin(angle));
            target[0] = x + (0.5f * y) > 0 ? 1 : 0;
            double[] values = features is null ? [x, y] : features([x, y]);
            for (int i = 0; i < values.Length; i++)
            {
                input[i] = (float)values[i];
            }
        }
    }
}

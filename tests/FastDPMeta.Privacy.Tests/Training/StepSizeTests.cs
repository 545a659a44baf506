using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Tests.Training;

public sealed class StepSizeTests : IDisposable
{
    private readonly Device _one = Device.Open("cpu", new DeviceOptions { Threads = 1 });
    private readonly Device _two = Device.Open("cpu", new DeviceOptions { Threads = 2 });

    [Fact]
    public void A_small_lot_stays_on_one_lane_in_one_chunk()
    {
        StepSpec spec = Spec(new Dense(5, 2, name: "logits"), new Shape(5), lot: 24, _two);
        Assert.Equal(1, spec.Lanes);
        Assert.Equal(24, spec.Chunk);
    }

    [Fact]
    public void A_large_lot_is_shared()
    {
        StepSpec spec = Spec(new Sequential(new Dense(300, 200, Activation.Relu, name: "hidden"), new Dense(200, 2, name: "logits")), new Shape(300), lot: 96, _two);
        Assert.Equal(2, spec.Lanes);
        Assert.InRange(spec.Chunk, 1, 48);
    }

    [Fact]
    public void A_small_step_gives_the_same_bits_with_one_thread_or_two()
    {
        Assert.Equal(Train(_one), Train(_two));

        static float[] Train(Device device)
        {
            Layer model = new Dense(5, 2, name: "logits");
            using PrivateStep step = new(Spec(model, new Shape(5), lot: 24, device), device);
            step.WriteParameters(model.Initialize(1));
            using RandomKey key = RandomKey.UnsafeFixed(4);
            for (int round = 0; round < 3; round++)
            {
                step.Accumulate([.. Enumerable.Range(0, 20 + (5 * round))], new Counting(new Shape(5), 2));
                step.Release(key, (ulong)round, round);
            }

            float[] parameters = new float[model.ParameterCount];
            step.ReadParameters(parameters);
            return parameters;
        }
    }

    [Fact]
    public void A_table_s_gradient_is_that_of_its_lot_however_it_is_cut_and_forgets_the_last_lot()
    {
        const int Vocabulary = 40, Tokens = 6, Lot = 20;
        Layer model = new Sequential(new Embedding(Vocabulary, 3), new Flatten(), new Dense(3 * Tokens, 2, name: "logits"));
        Counting source = new(new Shape(Tokens), 17);
        float[] whole = Sum(chunk: Lot, rounds: 1);
        float[] cut = Sum(chunk: 3, rounds: 1);
        Assert.Equal(cut, Sum(chunk: 3, rounds: 2));
        Assert.Equal(whole, Sum(chunk: Lot, rounds: 2));
        for (int i = 0; i < whole.Length; i++)
        {
            Assert.Equal(whole[i], cut[i], 1e-5f);
        }

        // Tokens are below 17: rows of others have no gradient.
        Assert.All(whole[(17 * 3)..(Vocabulary * 3)], value => Assert.Equal(0f, value));
        Assert.Contains(whole[..(17 * 3)], value => value != 0);

        float[] Sum(int chunk, int rounds)
        {
            using PrivateStep step = new(Spec(model, new Shape(Tokens), Lot, _one, chunk), _one);
            step.WriteParameters(model.Initialize(3));
            for (int round = rounds - 1; round >= 0; round--)
            {
                step.Accumulate([.. Enumerable.Range(round * 7, Lot)], source);
            }

            return step.ReadSum();
        }
    }

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
    }

    private static StepSpec Spec(Layer model, Shape input, int lot, Device device, int chunk = 0)
    {
        int count = model.Parameters.Count;
        Computation objective = Computation.Trace([.. model.Parameters.Select(parameter => parameter.Shape), input, Shape.Scalar], arguments =>
        {
            Tensor loss = Losses.CrossEntropy(model.Apply(arguments[count], arguments.AsSpan(..count)), arguments[count + 1]);
            return [loss, loss, loss];
        });
        PrivacyPlan plan = new PrivacyPlanBuilder()
            .Protect(PrivacyUnit.Example).Within(new PrivacyBudget(4, 1e-6)).Poisson(population: 1000, expectedLot: lot, rounds: 50).ClipTo(0.5f).Build();
        return PrivateTrainer.Sized(new StepSpec(objective, model.Layout, Optimizer.Sgd(0.1), plan, "example", 1), device, chunk);
    }

    /// <summary>Whole numbers below a limit, some twice in a row of numbers.</summary>
    private sealed class Counting(Shape input, int limit) : IUnitSource
    {
        public IReadOnlyList<Shape> Shapes { get; } = [input, Shape.Scalar];

        public void Fill(int unit, UnitBuffers arguments)
        {
            Span<float> row = arguments[0];
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = (unit + (i * i * 3)) % limit;
            }

            arguments[1][0] = unit % 2;
        }
    }
}

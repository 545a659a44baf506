using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Tests.Training;

[Collection(Alone.Name)]
public sealed class PrivateStepTests : IDisposable
{
    private const int Inputs = 7, Classes = 3, Lot = 20;
    private const double Rate = 0.5;

    private readonly Device _device = Device.Open("cpu", new DeviceOptions { Threads = 2 });
    private readonly Layer _model = new Sequential(new Dense(Inputs, 5, Activation.Tanh, name: "hidden"), new Dense(5, Classes, name: "logits"));

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(23)]
    public void A_round_equals_clip_sum_noise_and_update_written_out(int units)
    {
        PrivacyPlan plan = Plan();
        using PrivateStep step = new(Spec(plan, chunk: 4), _device);
        float[] start = _model.Initialize(5);
        step.WriteParameters(start);
        using RandomKey key = RandomKey.UnsafeFixed(11);
        Examples source = new();

        RoundDiagnostics diagnostics = step.Accumulate([.. Enumerable.Range(0, units)], source);
        step.Release(key, round: 3, step: 0);

        double[] expected = WriteOut(plan, start, units, source, key, round: 3, out int clipped);
        float[] actual = new float[start.Length];
        step.ReadParameters(actual);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-5 * Math.Max(1, Math.Abs(expected[i])));
        }

        Assert.Equal(units, diagnostics.Units);
        Assert.Equal(clipped, diagnostics.Clipped);
        Assert.Equal(0, diagnostics.NotFinite);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e30f)]
    public void A_unit_that_is_not_finite_contributes_nothing_and_is_counted(float poison)
    {
        PrivacyPlan plan = Plan();
        float[] start = _model.Initialize(5);
        float[] clean = Run(plan, start, [0, 1, 3, 4], new Examples(), out _);

        float[] poisoned = Run(plan, start, [0, 1, 2, 3, 4], new Examples { PoisonedUnit = 2, Poison = poison, PoisonsLabel = poison == 1e30f }, out RoundDiagnostics diagnostics);

        Assert.Equal(1, diagnostics.NotFinite);
        Assert.Equal(5, diagnostics.Units);
        Assert.All(poisoned, value => Assert.True(float.IsFinite(value)));
        for (int i = 0; i < clean.Length; i++)
        {
            Assert.Equal(clean[i], poisoned[i], 1e-5f);
        }
    }

    [Fact]
    public void One_unit_moves_the_sum_by_at_most_the_clip_norm()
    {
        PrivacyPlan plan = Plan();
        float[] start = _model.Initialize(5);
        for (int unit = 0; unit < 30; unit++)
        {
            using PrivateStep step = new(Spec(plan, chunk: 8), _device);
            step.WriteParameters(start);
            step.Accumulate([unit], new Examples { Scale = 100 });
            double norm = Math.Sqrt(step.ReadSum().Sum(value => (double)value * value));
            Assert.InRange(norm, 0, plan.ClipNorm * (1 + 1e-6));
        }
    }

    [Fact]
    public void The_noise_of_an_empty_lot_has_the_plans_standard_deviation()
    {
        // 60,000 parameters: the sample standard deviation of n normals lies within 5 σ/√(2n) of σ but for a chance of 6e-7.
        Layer wide = new Dense(200, 300, name: "wide");
        PrivacyPlan plan = Plan();
        StepSpec spec = new(Objective(wide, 200, 300), wide.Layout, Optimizer.Sgd(Rate), plan, "example", 4);
        using PrivateStep step = new(spec, _device);
        step.WriteParameters(new float[wide.ParameterCount]);
        using RandomKey key = RandomKey.UnsafeFixed(12);

        step.Accumulate([], new Examples());
        step.Release(key, 0, 0);

        float[] moved = new float[wide.ParameterCount];
        step.ReadParameters(moved);
        double expected = plan.NoiseMultiplier * plan.ClipNorm / plan.ExpectedLot * Rate;
        double actual = Math.Sqrt(moved.Sum(value => (double)value * value) / moved.Length);
        Assert.InRange(actual / expected, 1 - (5 / Math.Sqrt(2.0 * moved.Length)), 1 + (5 / Math.Sqrt(2.0 * moved.Length)) + 1e-4);
    }

    [Fact]
    public void Equal_keys_give_equal_bits_and_other_rounds_other_noise()
    {
        PrivacyPlan plan = Plan();
        float[] start = _model.Initialize(5);
        float[] first = Run(plan, start, [0, 1, 2, 9, 4, 7], new Examples(), out _);
        float[] second = Run(plan, start, [0, 1, 2, 9, 4, 7], new Examples(), out _);
        Assert.Equal(first, second);
        Assert.NotEqual(first, Run(plan, start, [0, 1, 2, 9, 4, 7], new Examples(), out _, round: 1));
    }

    [Fact]
    public void A_round_allocates_nothing_once_warm()
    {
        using PrivateStep step = new(Spec(Plan(), chunk: 4), _device);
        step.WriteParameters(_model.Initialize(5));
        using RandomKey key = RandomKey.UnsafeFixed(13);
        Examples source = new();
        int[] lot = [.. Enumerable.Range(0, 23)];
        for (int round = 0; round < 50; round++)
        {
            step.Accumulate(lot, source);
            step.Release(key, (ulong)round, round);
        }

        // The least over several rounds: the runtime's own threads may allocate beside one of them.
        long least = long.MaxValue;
        for (int round = 50; round < 80; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            step.Accumulate(lot, source);
            step.Release(key, (ulong)round, round);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.Equal(0, least);
    }

    private static PrivacyPlan Plan() => new PrivacyPlanBuilder()
        .Protect(PrivacyUnit.Example).Within(new PrivacyBudget(4, 1e-6)).Poisson(population: 1000, expectedLot: Lot, rounds: 50).ClipTo(0.7f).Build();

    private static Computation Objective(Layer model, int inputs, int classes)
    {
        int parameters = model.Parameters.Count;
        Assert.True(classes > 0);
        return Computation.Trace(
            [.. model.Parameters.Select(parameter => parameter.Shape), new Shape(inputs), Shape.Scalar],
            arguments =>
            {
                Tensor loss = Losses.CrossEntropy(model.Apply(arguments[parameters], arguments.AsSpan(..parameters)), arguments[parameters + 1]);
                return [loss, loss, loss * 2];
            });
    }

    private StepSpec Spec(PrivacyPlan plan, int chunk) => new(Objective(_model, Inputs, Classes), _model.Layout, Optimizer.Sgd(Rate), plan, "example", chunk);

    private float[] Run(PrivacyPlan plan, float[] start, int[] lot, Examples source, out RoundDiagnostics diagnostics, ulong round = 0)
    {
        using PrivateStep step = new(Spec(plan, chunk: 2), _device);
        step.WriteParameters(start);
        using RandomKey key = RandomKey.UnsafeFixed(14);
        diagnostics = step.Accumulate(lot, source);
        step.Release(key, round, 0);
        float[] result = new float[start.Length];
        step.ReadParameters(result);
        return result;
    }

    /// <summary>The round in double precision, one unit after another, noise from the scalar definition.</summary>
    private double[] WriteOut(PrivacyPlan plan, float[] start, int units, Examples source, RandomKey key, ulong round, out int clipped)
    {
        Computation gradient = Objective(_model, Inputs, Classes).Grad([.. Enumerable.Range(0, _model.Parameters.Count)]);
        double[] sum = new double[start.Length];
        clipped = 0;
        for (int unit = 0; unit < units; unit++)
        {
            float[][] data = [new float[Inputs], new float[1]];
            source.Fill(unit, new UnitBuffers(new ArrayRows(data, [Inputs, 1]), 0));
            double[][] arguments =
            [
                .. Enumerable.Range(0, _model.Parameters.Count).Select(i => _model.Layout.Part(start, i).ToArray().Select(value => (double)value).ToArray()),
                .. data.Select(values => values.Select(value => (double)value).ToArray()),
            ];
            double[] flat = [.. Interpreter.Run(gradient, arguments)[1..].SelectMany(part => part)];
            double norm = Math.Sqrt(flat.Sum(value => value * value));
            clipped += norm > plan.ClipNorm ? 1 : 0;
            for (int i = 0; i < flat.Length; i++)
            {
                sum[i] += flat[i] * Math.Min(1, plan.ClipNorm / norm);
            }
        }

        uint[] words = new uint[8];
        key.CopyWords(words);
        ChaChaBlock state = NoiseLayout.State(
            words[0], words[1], words[2], words[3], words[4], words[5], words[6], words[7], 0, (uint)round, (uint)(round >> 32));
        return [.. start.Select((value, i) => value - (Rate * (sum[i] + (plan.NoiseStandardDeviation * (double)NoiseLayout.NormalAt(state, i))) / plan.ExpectedLot))];
    }

    private sealed class Examples : IUnitSource
    {
        public int PoisonedUnit { get; init; } = -1;

        public float Poison { get; init; }

        public bool PoisonsLabel { get; init; }

        public float Scale { get; init; } = 1;

        public IReadOnlyList<Shape> Shapes { get; } = [new Shape(Inputs), Shape.Scalar];

        public void Fill(int unit, UnitBuffers arguments)
        {
            for (int i = 0; i < Inputs; i++)
            {
                arguments[0][i] = Scale * MathF.Sin((unit * 1.7f) + (i * 0.9f));
            }

            arguments[1][0] = unit % Classes;
            if (unit == PoisonedUnit)
            {
                arguments[PoisonsLabel ? 1 : 0][0] = Poison;
            }
        }
    }
}

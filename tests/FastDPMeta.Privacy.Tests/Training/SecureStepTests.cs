using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Kernels.Spec;
using FastDPMeta.Privacy.Mechanisms;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Tests.Training;

[Collection(Alone.Name)]
public sealed class SecureStepTests : IDisposable
{
    private const int Inputs = 7, Classes = 3, Lot = 20;
    private const double Rate = 0.5;

    private readonly Device _device = Device.Open("cpu", new DeviceOptions { Threads = 2 });
    private readonly Layer _model = new Sequential(new Dense(Inputs, 5, Activation.Tanh, name: "hidden"), new Dense(5, Classes, name: "logits"));

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData("flat", 1)]
    [InlineData("flat", 4)]
    [InlineData("flat", 13)]
    [InlineData("layer", 4)]
    [InlineData("automatic", 4)]
    public void The_sum_is_exactly_that_of_the_units_whole_numbers_whatever_the_order_and_the_chunk(string clipping, int chunk)
    {
        PrivacyPlan plan = Plan(Rule(clipping));
        using PrivateStep single = Step(plan, chunk: 4);
        using PrivateStep step = Step(plan, chunk);
        long[] expected = new long[_model.ParameterCount];
        foreach (int unit in Enumerable.Range(0, 60))
        {
            long[] alone = WholeSum(single, [unit]);
            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] += alone[i];
            }
        }

        int[] lot = [.. Enumerable.Range(0, 60)];
        Assert.Equal(expected, WholeSum(step, lot));
        Array.Reverse(lot);
        Assert.Equal(expected, WholeSum(step, lot));
        Assert.Contains(expected, value => value != 0);
    }

    [Fact]
    public void A_units_whole_numbers_are_its_clipped_gradient_and_no_longer_than_the_sensitivity()
    {
        PrivacyPlan plan = Plan(Clipping.Flat(0.7f));
        NoiseLattice lattice = plan.Lattice!;
        Computation gradient = Objective(_model).Grad([.. Enumerable.Range(0, _model.Parameters.Count)]);
        float[] start = _model.Initialize(5);
        using PrivateStep step = Step(plan, chunk: 4);
        for (int unit = 0; unit < 30; unit++)
        {
            long[] whole = WholeSum(step, [unit]);
            float[][] data = [new float[Inputs], new float[1]];
            new Examples().Fill(unit, new UnitBuffers(new ArrayRows(data, [Inputs, 1]), 0));
            double[][] arguments =
            [
                .. Enumerable.Range(0, _model.Parameters.Count).Select(i => _model.Layout.Part(start, i).ToArray().Select(value => (double)value).ToArray()),
                .. data.Select(values => values.Select(value => (double)value).ToArray()),
            ];
            double[] exact = [.. Interpreter.Run(gradient, arguments)[1..].SelectMany(part => part)];
            double factor = Math.Min(1, 0.7 / Math.Sqrt(exact.Sum(value => value * value))) / lattice.Step;
            for (int i = 0; i < exact.Length; i++)
            {
                Assert.InRange(whole[i] - (exact[i] * factor), -1, 1); // half a step, and the rounding of single precision
            }

            Assert.True(whole.Sum(value => (decimal)value * value) <= (decimal)lattice.Sensitivity * (decimal)lattice.Sensitivity);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(23)]
    public void A_round_is_the_whole_sum_with_the_samplers_noise_and_the_update(int units)
    {
        PrivacyPlan plan = Plan(Clipping.Flat(0.7f));
        float[] start = _model.Initialize(5);
        using PrivateStep step = new(Spec(plan, chunk: 4), _device);
        step.WriteParameters(start);
        using RandomKey key = RandomKey.UnsafeFixed(11);

        RoundDiagnostics diagnostics = step.Accumulate([.. Enumerable.Range(0, units)], new Examples());
        long[] sum = step.ReadWholeSum();
        step.Release(key, round: 3, step: 0);

        DiscreteGaussian noise = new(plan.Lattice!.StandardDeviation);
        using RandomWords words = new(key, stream: 0, round: 3);
        float[] actual = new float[start.Length];
        step.ReadParameters(actual);
        for (int i = 0; i < start.Length; i++)
        {
            double expected = start[i] - (Rate * (sum[i] + noise.Next(words)) * plan.Lattice.Step / plan.ExpectedLot);
            Assert.Equal(expected, actual[i], 1e-6 * Math.Max(1, Math.Abs(expected)));
        }

        Assert.Equal(units, diagnostics.Units);
    }

    [Fact]
    public void The_noise_does_not_depend_on_the_number_of_lanes()
    {
        Layer wide = new Dense(Inputs, 3000, name: "wide");
        PrivacyPlan plan = Plan(Clipping.Flat(1));
        using RandomKey key = RandomKey.UnsafeFixed(12);
        float[][] results = [.. new[] { 1, 2, 3 }.Select(threads =>
        {
            using Device device = Device.Open("cpu", new DeviceOptions { Threads = threads });
            using PrivateStep step = new(new StepSpec(Objective(wide), wide.Layout, Optimizer.Sgd(Rate), plan, "example", 2), device);
            step.WriteParameters(wide.Initialize(1));
            step.Accumulate([.. Enumerable.Range(0, 20)], new Examples());
            step.Release(key, 0, 0);
            float[] values = new float[wide.ParameterCount];
            step.ReadParameters(values);
            return values;
        })];
        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    [Fact]
    public void The_noise_of_an_empty_lot_has_the_plans_standard_deviation()
    {
        // 24,000 parameters: the sample's standard deviation lies within 5.42 σ/√(2n) of σ but for a chance of 6e-8.
        Layer wide = new Dense(Inputs, 3000, name: "wide");
        PrivacyPlan plan = Plan(Clipping.Flat(1));
        using PrivateStep step = new(new StepSpec(Objective(wide), wide.Layout, Optimizer.Sgd(Rate), plan, "example", 4), _device);
        step.WriteParameters(new float[wide.ParameterCount]);
        using RandomKey key = RandomKey.UnsafeFixed(13);

        step.Accumulate([], new Examples());
        step.Release(key, 0, 0);

        float[] moved = new float[wide.ParameterCount];
        step.ReadParameters(moved);
        double expected = plan.NoiseStandardDeviation / plan.ExpectedLot * Rate;
        double ratio = Math.Sqrt(moved.Sum(value => (double)value * value) / moved.Length) / expected;
        Assert.InRange(ratio, 1 - (5.42 / Math.Sqrt(2.0 * moved.Length)), 1 + (5.42 / Math.Sqrt(2.0 * moved.Length)));
        Assert.True(plan.NoiseStandardDeviation >= plan.NoiseMultiplier * plan.ClipNorm);
    }

    [Fact]
    public void A_unit_whose_whole_numbers_are_too_long_contributes_nothing_and_is_counted()
    {
        // A hundred numbers of 0.6 steps each become a hundred ones: 10 steps long instead of 6, and so is a gradient that is clipped to 8.
        Computation unit = Computation.Trace([new Shape(100), Shape.Scalar], inputs => [(inputs[0] * inputs[1]).Sum()]);
        foreach ((double longest, double sum, double leftOut) in (ReadOnlySpan<(double, double, double)>)[(10.5, 2, 0), (9.5, 0, 2)])
        {
            Computation sums = unit.PerExample("example", 3, 1).Clip(1).RoundTo(1.0 / 8, longest).Sum();
            ArenaPlanner planner = new();
            ArenaBuffer[] arguments = [.. sums.Inputs.Select(input => planner.Reserve(Region.Lane, "argument", input.Shape.Count))];
            ArenaBuffer[] results = [.. sums.Outputs.Select(output => planner.Reserve(Region.Lane, "result", output.Shape.Count))];
            CompiledComputation compiled = planner.Compile(sums, arguments, results);
            using BoundArena bound = planner.Bind(_device, 1);
            bound.Write(arguments[0], new float[100]);
            bound.Write(arguments[1], [0.075f, 0.3f, 0.3f]);
            bound.Write(arguments[2], [1, 1, 0]);
            bound.Replay(compiled).Run(0);
            float[] total = new float[100], count = new float[1];
            bound.Read(results[0], total);
            bound.Read(results[^1], count);
            Assert.All(total, value => Assert.Equal(sum, value));
            Assert.Equal(leftOut, count[0]);
        }
    }

    [Fact]
    public void Rows_of_real_networks_agree()
    {
        Layer[] models = [Models.MnistConv(), Models.ResNet20GroupNorm()];
        Shape[] inputs = [new Shape(1, 28, 28), new Shape(3, 32, 32)];
        foreach ((Layer model, Shape input) in models.Zip(inputs))
        {
            PrivacyPlan plan = Plan(Clipping.Flat(1));
            StepSpec spec = new(ExampleObjective.Of(model, Loss.CrossEntropy, input, Shape.Scalar), model.Layout, Optimizer.Sgd(Rate), plan, "example", 5);
            using PrivateStep step = new(spec.TrainableFirst(), _device);
            Assert.True(PlaceCheck.Agrees(step, spec.TrainableFirst()), model.ToString());
        }
    }

    [Fact]
    public void Rounds_allocate_nothing_once_warm()
    {
        using PrivateStep step = new(Spec(Plan(Clipping.Flat(0.7f)), chunk: 4), _device);
        step.WriteParameters(_model.Initialize(5));
        using RandomKey key = RandomKey.UnsafeFixed(14);
        Examples source = new();
        int[] lot = [.. Enumerable.Range(0, 23)];
        long least = long.MaxValue;
        for (int round = 0; round < 80; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            step.Accumulate(lot, source);
            step.Release(key, (ulong)round, round);
            least = round < 50 ? least : Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.Equal(0, least);
    }

    private static Clipping Rule(string name) => name switch
    {
        "layer" => Clipping.PerLayer(0.7f),
        "automatic" => Clipping.Automatic(0.7f),
        _ => Clipping.Flat(0.7f),
    };

    private static PrivacyPlan Plan(Clipping clipping) => new PrivacyPlanBuilder()
        .Protect(PrivacyUnit.Example).Within(new PrivacyBudget(4, 1e-6)).Poisson(population: 1000, expectedLot: Lot, rounds: 50).Clip(clipping).SecureNoise().Build();

    private static Computation Objective(Layer model) => ExampleObjective.Of(model, Loss.CrossEntropy, new Shape(Inputs), Shape.Scalar);

    private StepSpec Spec(PrivacyPlan plan, int chunk) => new(Objective(_model), _model.Layout, Optimizer.Sgd(Rate), plan, "example", chunk);

    private PrivateStep Step(PrivacyPlan plan, int chunk)
    {
        PrivateStep step = new(Spec(plan, chunk), _device);
        step.WriteParameters(_model.Initialize(5));
        return step;
    }

    private static long[] WholeSum(PrivateStep step, int[] lot)
    {
        step.Accumulate(lot, new Examples());
        return step.ReadWholeSum();
    }

    private sealed class Examples : IUnitSource
    {
        public IReadOnlyList<Shape> Shapes { get; } = [new Shape(Inputs), Shape.Scalar];

        public void Fill(int unit, UnitBuffers arguments)
        {
            for (int i = 0; i < Inputs; i++)
            {
                arguments[0][i] = (unit % 3 == 0 ? 0.1f : 3) * MathF.Sin((unit * 1.7f) + (i * 0.9f));
            }

            arguments[1][0] = unit % Classes;
        }
    }
}

using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Tests.Training;

/// <summary>Lots of many chunks: the same bits for any number of lanes, and memory that does not know the lot.</summary>
public sealed class LargeLotTests
{
    private const int Inputs = 7, Classes = 3;
    private readonly Layer _model = new Sequential(new Dense(Inputs, 5, Activation.Tanh, name: "hidden"), new Dense(5, Classes, name: "logits"));

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(517)]
    [InlineData(3001)]
    public void A_lot_has_the_same_bits_on_one_two_three_and_four_lanes(int lot)
    {
        (float[] expected, RoundDiagnostics figures) = Sum(threads: 1, lot);
        for (int threads = 2; threads <= 4; threads++)
        {
            // Who comes first differs from time to time: the sum must not.
            for (int attempt = 0; attempt < 3; attempt++)
            {
                (float[] actual, RoundDiagnostics same) = Sum(threads, lot);
                Assert.Equal(expected, actual);
                Assert.Equal(figures, same);
            }
        }

        Assert.Equal(lot, figures.Units);
        Assert.Contains(expected, value => value != 0);
    }

    [Fact]
    public void A_lot_of_65536_needs_no_more_memory_than_one_of_64_and_equals_a_sum_in_double_precision()
    {
        const int Lot = 65_536;
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 2 });
        PrivacyPlan small = Plan(100_000, 64), large = Plan(100_000, Lot);
        using PrivateStep few = new(Spec(small, 32), device);
        using PrivateStep step = new(Spec(large, 32), device);
        Assert.Equal(few.Bytes, step.Bytes);
        Assert.InRange(step.Bytes, 1, 1 << 20);

        float[] parameters = _model.Initialize(5);
        step.WriteParameters(parameters);
        Points source = new();
        int[] lot = [.. Enumerable.Range(0, Lot)];
        RoundDiagnostics figures = step.Accumulate(lot, source);
        long before = step.Bytes;
        step.Accumulate(lot, source);
        Assert.Equal(before, step.Bytes);

        // The data repeats itself, so that the oracle need only visit each kind of unit once.
        double[] expected = new double[parameters.Length];
        for (int kind = 0; kind < Points.Kinds; kind++)
        {
            double[] gradient = Clipped(parameters, kind, source, large.ClipNorm);
            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] += gradient[i] * (Lot / Points.Kinds);
            }
        }

        float[] actual = step.ReadSum();
        double scale = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 2e-5 * scale);
        }

        Assert.Equal(Lot, figures.Units);
    }

    [Fact]
    public void A_source_that_fails_on_one_lane_stops_the_round_on_all()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 3 });
        using PrivateStep step = new(Spec(Plan(1000, 64), 4), device);
        step.WriteParameters(_model.Initialize(5));
        int[] lot = [.. Enumerable.Range(0, 400)];
        Assert.ThrowsAny<Exception>(() => step.Accumulate(lot, new Points { FailsAt = 77 }));

        // And the step is as good as new.
        step.Accumulate(lot, new Points());
        float[] sum = step.ReadSum();
        using PrivateStep fresh = new(Spec(Plan(1000, 64), 4), device);
        fresh.WriteParameters(_model.Initialize(5));
        fresh.Accumulate(lot, new Points());
        Assert.Equal(fresh.ReadSum(), sum);
    }

    private static PrivacyPlan Plan(int population, int lot) => new PrivacyPlanBuilder()
        .Protect(PrivacyUnit.Example).Within(new PrivacyBudget(4, 1e-6)).Poisson(population, lot, rounds: 5).ClipTo(0.7f).Build();

    private StepSpec Spec(PrivacyPlan plan, int chunk) =>
        PrivateTrainer.Spec(_model, Loss.CrossEntropy, new Shape(Inputs), Shape.Scalar, Optimizer.Sgd(0.5), plan, chunk);

    private (float[] Sum, RoundDiagnostics Figures) Sum(int threads, int lot)
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = threads });
        using PrivateStep step = new(Spec(Plan(100_000, 500), chunk: 4), device);
        step.WriteParameters(_model.Initialize(5));
        RoundDiagnostics figures = step.Accumulate([.. Enumerable.Range(0, lot)], new Points());
        return (step.ReadSum(), figures);
    }

    private double[] Clipped(float[] parameters, int unit, Points source, double norm)
    {
        int count = _model.Parameters.Count;
        Computation slope = Computation.Trace([.. _model.Parameters.Select(parameter => parameter.Shape), new Shape(Inputs), Shape.Scalar], arguments =>
            Losses.CrossEntropy(_model.Apply(arguments[count], arguments.AsSpan(..count)), arguments[count + 1])).Grad([.. Enumerable.Range(0, count)]);
        float[][] data = [new float[Inputs], new float[1]];
        source.Fill(unit, new UnitBuffers(new ArrayRows(data, [Inputs, 1]), 0));
        double[][] arguments =
        [
            .. Enumerable.Range(0, count).Select(i => _model.Layout.Part(parameters, i).ToArray().Select(value => (double)value).ToArray()),
            .. data.Select(values => values.Select(value => (double)value).ToArray()),
        ];
        double[] flat = [.. Interpreter.Run(slope, arguments)[1..].SelectMany(part => part)];
        double length = Math.Sqrt(flat.Sum(value => value * value));
        return [.. flat.Select(value => value * Math.Min(1, norm / length))];
    }

    private sealed class Points : IUnitSource
    {
        public const int Kinds = 64;

        public int FailsAt { get; init; } = -1;

        public IReadOnlyList<Shape> Shapes { get; } = [new Shape(Inputs), Shape.Scalar];

        public void Fill(int unit, UnitBuffers arguments)
        {
            if (unit == FailsAt)
            {
                throw new InvalidOperationException("no such unit");
            }

            for (int i = 0; i < Inputs; i++)
            {
                arguments[0][i] = MathF.Sin((unit % Kinds * 1.7f) + (i * 0.9f));
            }

            arguments[1][0] = unit % Kinds % Classes;
        }
    }
}

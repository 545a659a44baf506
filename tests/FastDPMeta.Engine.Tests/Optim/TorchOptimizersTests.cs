using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Tests.Nn;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Engine.Tests.Optim;

public sealed class TorchOptimizersTests
{
    private const int Size = 4;

    private static readonly Dictionary<string, Optimizer> Optimizers = new()
    {
        ["sgd"] = Optimizer.Sgd(0.05, weightDecay: 0.1),
        ["sgd momentum"] = Optimizer.Sgd(0.05, 0.9, weightDecay: 0.1),
        ["sgd nesterov"] = Optimizer.Sgd(0.05, 0.9, nesterov: true),
        ["adam"] = Optimizer.Adam(0.02, 0.8, 0.95),
        ["adam decay"] = Optimizer.Adam(0.02, weightDecay: 0.1),
        ["adamw"] = Optimizer.AdamW(0.02, weightDecay: 0.1),
        ["rmsprop"] = Optimizer.RmsProp(0.02, 0.9),
        ["rmsprop momentum"] = Optimizer.RmsProp(0.02, momentum: 0.9, weightDecay: 0.1),
        ["rmsprop centered"] = Optimizer.RmsProp(0.02, 0.9, centered: true),
        ["rmsprop centered momentum"] = Optimizer.RmsProp(0.02, 0.9, centered: true, momentum: 0.5),
        ["adagrad"] = Optimizer.Adagrad(0.1),
        ["adagrad all"] = Optimizer.Adagrad(0.1, rateDecay: 0.05, initialSum: 0.2, weightDecay: 0.1),
    };

    private static readonly Dictionary<string, Schedule> Schedules = new()
    {
        ["step"] = Schedule.Step(0.4, 0.3, 5),
        ["multiStep"] = Schedule.MultiStep(0.4, 0.3, 3, 4, 11),
        ["exponential"] = Schedule.Exponential(0.4, 0.9),
        ["polynomial"] = Schedule.Polynomial(0.4, 0, 15, 1.7),
        ["linear"] = Schedule.Linear(0.4, 0.1, 12),
        ["oneCycle"] = Schedule.OneCycle(0.4, 24, start: 20, end: 100),
    };

    public static TheoryData<string> OptimizerNames => [.. TorchFigures.Names("optimizers")];

    public static TheoryData<string> ScheduleNames => [.. TorchFigures.Names("schedules")];

    [Theory]
    [MemberData(nameof(OptimizerNames))]
    public void Twenty_steps_equal_those_of_PyTorch(string name)
    {
        Optimizer optimizer = Optimizers[name];
        Computation update = optimizer.Trace(Size);
        double[][] values = [TorchFigures.Walk(Size, 9), .. optimizer.StateNames.Select(_ => new double[Size])];
        float[] scalars = new float[optimizer.ScalarNames.Count];
        List<double> actual = [];
        for (int step = 0; step < 20; step++)
        {
            optimizer.FillScalars(step, scalars);
            values = Interpreter.Run(update, [values[0], TorchFigures.Walk(Size, step), .. values[1..], [.. scalars.Select(value => (double)value)]]);
            if (step is 0 or 1 or 2 or 19)
            {
                actual.AddRange(values[0]);
            }
        }

        // Per-step numbers travel as floats: half an epsilon of each step's length, and steps add up to less than 10.
        double[] expected = TorchFigures.List("optimizers", name);
        Assert.Equal(expected.Length, actual.Count);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second - pair.First, -1e-6, 1e-6));
    }

    [Theory]
    [MemberData(nameof(ScheduleNames))]
    public void Rates_equal_those_of_PyTorch(string name) => Assert.All(
        TorchFigures.List("schedules", name).Select((expected, step) => Schedules[name].At(step) - expected), difference => Assert.InRange(difference, -1e-12, 1e-12));

    [Fact]
    public void Rates_stay_after_the_end()
    {
        Assert.Equal(Schedules["oneCycle"].At(23), Schedules["oneCycle"].At(1_000));
        Assert.Equal(0, Schedules["polynomial"].At(1_000));
    }

    [Fact]
    public void Filling_scalars_allocates_nothing()
    {
        float[] scalars = new float[3];
        foreach (Schedule schedule in Schedules.Values)
        {
            Optimizer optimizer = Optimizer.AdamW(schedule);
            optimizer.FillScalars(0, scalars);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int step = 0; step < 100; step++)
            {
                optimizer.FillScalars(step, scalars);
            }

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Optimizer.Sgd(0.1, weightDecay: -1));
        Assert.Throws<ArgumentException>(() => Optimizer.AdamW(0.1, weightDecay: double.NaN));
        Assert.Throws<ArgumentException>(() => Optimizer.RmsProp(0.1, decay: 1));
        Assert.Throws<ArgumentException>(() => Optimizer.Adagrad(0.1, initialSum: -1));
        Assert.Throws<ArgumentException>(() => Schedule.Step(0.1, 0.5, 0));
        Assert.Throws<ArgumentException>(() => Schedule.MultiStep(0.1, 0.5, 4, 4));
        Assert.Throws<ArgumentException>(() => Schedule.Exponential(0.1, double.NaN));
        Assert.Throws<ArgumentException>(() => Schedule.Polynomial(0.1, 0, 5, 0));
        Assert.Throws<ArgumentException>(() => Schedule.OneCycle(0.1, 5, rise: 1));
    }
}

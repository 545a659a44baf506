using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Tests.Nn;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Engine.Tests.Optim;

public sealed class OptimizerTests
{
    private const int Size = 5;
    private const int Steps = 40;

    [Fact]
    public void Plain_descent_subtracts_rate_times_gradient()
    {
        double[] actual = Run(Optimizer.Sgd(0.125));
        AssertClose(Reference((theta, g, _, _) => theta - (0.125 * g)), actual, 1e-12);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Momentum_equals_its_recurrence_written_out(bool nesterov)
    {
        double[] velocity = new double[Size];
        double[] expected = Reference((theta, g, i, _) =>
        {
            velocity[i] = (0.9 * velocity[i]) + g;
            return theta - (0.0625 * (nesterov ? g + (0.9 * velocity[i]) : velocity[i]));
        });
        AssertClose(expected, Run(Optimizer.Sgd(0.0625, 0.9, nesterov)), 1e-12);
    }

    [Fact]
    public void Adam_equals_its_recurrence_written_out()
    {
        double[] mean = new double[Size];
        double[] square = new double[Size];
        double[] expected = Reference((theta, g, i, step) =>
        {
            mean[i] = (0.9 * mean[i]) + (0.1 * g);
            square[i] = (0.999 * square[i]) + (0.001 * g * g);
            double meanHat = mean[i] / (1 - Math.Pow(0.9, step + 1));
            double squareHat = square[i] / (1 - Math.Pow(0.999, step + 1));
            return theta - (0.01 * meanHat / (Math.Sqrt(squareHat) + 1e-8));
        });

        // Per-step numbers travel as floats: 6e-8 relative each step, over 40 steps of 0.01.
        AssertClose(expected, Run(Optimizer.Adam(0.01)), 1e-6);
    }

    [Fact]
    public void A_schedule_changes_the_rate_without_another_computation()
    {
        double[] expected = Reference((theta, g, _, step) => theta - (0.5 * (1 - (step / 64.0)) * g));
        AssertClose(expected, Run(Optimizer.Sgd(Schedule.Linear(0.5, 0, 64))), 1e-12);
    }

    [Fact]
    public void Filling_scalars_allocates_nothing()
    {
        Optimizer adam = Optimizer.Adam(Schedule.Cosine(1e-3, 0, 1000));
        float[] scalars = new float[2];
        adam.FillScalars(0, scalars);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < 100; step++)
        {
            adam.FillScalars(step, scalars);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Optimizer.Sgd(0.1, momentum: 1));
        Assert.Throws<ArgumentException>(() => Optimizer.Sgd(0.1, momentum: 0, nesterov: true));
        Assert.Throws<ArgumentException>(() => Optimizer.Adam(0.1, epsilon: 0));
        Assert.Throws<ArgumentException>(() => Optimizer.Adam(double.NaN));
        Assert.Contains("state", Assert.Throws<ArgumentException>(() => Computation.Trace([new(2), new(1)], x => Optimizer.Adam(1).Update(x[0], x[0], [], x[1]))).Message, StringComparison.Ordinal);
    }

    private static double Gradient(int step, int i) => Math.Sin((0.7 * step) + (1.3 * i)) * (i + 0.5);

    private static double[] Run(Optimizer optimizer)
    {
        Computation update = optimizer.Trace(Size);
        double[][] values = [Values.Walk(Size), .. optimizer.StateNames.Select(_ => new double[Size])];
        float[] scalars = new float[optimizer.ScalarNames.Count];
        for (int step = 0; step < Steps; step++)
        {
            optimizer.FillScalars(step, scalars);
            double[] gradient = [.. Enumerable.Range(0, Size).Select(i => Gradient(step, i))];
            values = Interpreter.Run(update, [values[0], gradient, .. values[1..], [.. scalars.Select(value => (double)value)]]);
        }

        return values[0];
    }

    private static double[] Reference(Func<double, double, int, int, double> next)
    {
        double[] theta = Values.Walk(Size);
        for (int step = 0; step < Steps; step++)
        {
            for (int i = 0; i < Size; i++)
            {
                theta[i] = next(theta[i], Gradient(step, i), i, step);
            }
        }

        return theta;
    }

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        for (int i = 0; i < Size; i++)
        {
            Assert.InRange(actual[i] - expected[i], -tolerance, tolerance);
        }
    }
}

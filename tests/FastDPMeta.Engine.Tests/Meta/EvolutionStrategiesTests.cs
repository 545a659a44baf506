using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Tests.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Meta;

public sealed class EvolutionStrategiesTests
{
    private const double Deviation = 0.05;
    private static readonly TestTask Task = TestTask.Regression();
    private static readonly double[] Key = [.. Values.Walk(Randomness.KeyShape.Count, 0.37).Select(value => (double)BitConverter.SingleToUInt32Bits((float)value))];

    [Fact]
    public void The_direction_is_the_sum_of_directions_by_what_is_gained_along_them()
    {
        const int Directions = 3;
        double[][] actual = Direction(Directions);
        int count = Task.Parameters.Length;
        Computation loss = new Maml(new() { Shot = 4, Query = 3, InnerRate = 0.1 }).TaskObjective(Task.Model, Loss.MeanSquaredError, Task.Shape);
        double[][] expected = [.. Task.Parameters.Select(values => new double[values.Length])];
        for (int pair = 0; pair < Directions; pair++)
        {
            double[][] tried = [.. Enumerable.Range(0, count).Select(i => Interpreter.Run(
                Computation.Trace([Randomness.KeyShape], key => key[0].Gaussian((uint)((pair * count) + i), Task.Model.Parameters[i].Shape)), [Key])[0])];
            double At(double distance) => Interpreter.Run(
                loss, [.. Task.Parameters.Select((values, i) => values.Select((value, j) => value + (distance * tried[i][j])).ToArray()), .. Task.Data])[0][0];
            double slope = (At(Deviation) - At(-Deviation)) / (2 * Directions * Deviation);
            for (int i = 0; i < count; i++)
            {
                for (int j = 0; j < expected[i].Length; j++)
                {
                    expected[i][j] += slope * tried[i][j];
                }
            }
        }

        for (int i = 0; i < count; i++)
        {
            Assert.InRange(Numeric.RelativeError(actual[i], expected[i]), 0, 1e-9);
        }
    }

    [Fact]
    public void Many_directions_point_where_the_meta_gradient_points()
    {
        double[] estimate = [.. Direction(200).SelectMany(part => part)];
        Computation loss = new Maml(new() { Shot = 4, Query = 3, InnerRate = 0.1 }).TaskObjective(Task.Model, Loss.MeanSquaredError, Task.Shape);
        double[] exact = [.. Interpreter.Run(loss.Grad(Task.ParameterIndices), Task.Arguments)[1..].SelectMany(part => part)];
        double cosine = Dot(estimate, exact) / Math.Sqrt(Dot(estimate, estimate) * Dot(exact, exact));

        // 13 numbers from 200 directions: an error of about √(13/200) of the length across, a cosine near 0.97.
        Assert.InRange(cosine, 0.9, 1);
    }

    private static double Dot(double[] left, double[] right) => left.Zip(right, (x, y) => x * y).Sum();

    private static double[][] Direction(int directions)
    {
        EvolutionStrategies learner = new(new() { Shot = 4, Query = 3, InnerRate = 0.1, Directions = directions, Deviation = Deviation });
        Computation objective = learner.TaskObjective(Task.Model, Loss.MeanSquaredError, Task.Shape);
        return Interpreter.Run(objective.Grad(Task.ParameterIndices), [.. Task.Arguments, Key])[1..];
    }
}

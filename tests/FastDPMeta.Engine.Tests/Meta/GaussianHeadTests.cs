using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Tests.Nn;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Engine.Tests.Meta;

public sealed class GaussianHeadTests
{
    private const int Items = 9;
    private static readonly ItemEncoder Model = new(Items, features: 2, embedding: 1);
    private static readonly double[] Table = Values.Walk(Items, 0.2);
    private static readonly double[] Content = [0.3, -0.4];
    private static readonly double[] Mean = [0.5, -0.2, 0.7];
    private static readonly double[] Spread = [Math.Log(0.4), Math.Log(1.5), Math.Log(0.9)];
    private static readonly double[] Noise = [Math.Log(0.3)];
    private static readonly double[] Support = [2, 1, 0.5, 7, 1, -1.2, 4, 1, 0.1];
    private static readonly double[] Labels = [0.9, -0.3, 1.1];
    private static readonly double[] Query = [1, 1, 0.8, 0, 0, 0];

    [Fact]
    public void The_head_is_the_posterior_mean_of_Bayesian_linear_regression()
    {
        // By the normal equations of the other form: (S⁻¹ + ΦᵀΦ/n) w = S⁻¹m + Φᵀy/n.
        double[][] features = [.. Support.Chunk(3).Select(Features)];
        double[,] matrix = new double[3, 4];
        for (int i = 0; i < 3; i++)
        {
            matrix[i, i] += Math.Exp(-Spread[i]);
            matrix[i, 3] += Mean[i] * Math.Exp(-Spread[i]);
            for (int row = 0; row < 3; row++)
            {
                matrix[i, 3] += features[row][i] * Labels[row] / Math.Exp(Noise[0]);
                for (int j = 0; j < 3; j++)
                {
                    matrix[i, j] += features[row][i] * features[row][j] / Math.Exp(Noise[0]);
                }
            }
        }

        double[] weights = Solve(matrix);
        double[] head = Interpreter.Run(Learner(3).Adapt(Model, Loss.MeanSquaredError, Task(3), 0), [Table, Content, Mean, Spread, Noise, Support, Labels])[^1];
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(weights[i], head[i], 10);
        }

        double[] predicted = Interpreter.Run(Learner(3).Evaluate(Model, Loss.MeanSquaredError, Task(3), 0), [Table, Content, Mean, Spread, Noise, Support, Labels, Query, [0, 0]])[0];
        Assert.Equal(Features([1, 1, 0.8]).Zip(weights, (feature, weight) => feature * weight).Sum(), predicted[0], 10);
        Assert.Equal(0, predicted[1]); // no item at all
    }

    [Fact]
    public void Rows_of_zeros_weigh_nothing_and_a_support_of_nothing_else_leaves_the_prior_mean()
    {
        double[][] prior = [Table, Content, Mean, Spread, Noise];
        double[] three = Interpreter.Run(Learner(3).Adapt(Model, Loss.MeanSquaredError, Task(3), 0), [.. prior, Support, Labels])[^1];
        double[] five = Interpreter.Run(Learner(5).Adapt(Model, Loss.MeanSquaredError, Task(5), 0), [.. prior, [.. Support, 0, 0, 0, 0, 0, 0], [.. Labels, 0, 0]])[^1];
        double[] none = Interpreter.Run(Learner(3).Adapt(Model, Loss.MeanSquaredError, Task(3), 0), [.. prior, new double[9], new double[3]])[^1];
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(three[i], five[i], 12);
            Assert.Equal(Mean[i], none[i], 12);
        }
    }

    [Fact]
    public void What_is_not_learned_is_frozen_and_begins_where_it_was_told()
    {
        GaussianHead head = new(new() { Shot = 3, Query = 2, Mean = Mean, Variance = [0.4], Noise = 0.3, LearnsVariance = false });
        Layer learned = head.Learned(Model, Task(3));
        Assert.Equal(["learner.mean"], learned.Parameters.Where(parameter => parameter.Name.StartsWith("learner", StringComparison.Ordinal) && parameter.Trainable).Select(parameter => parameter.Name));
        float[] values = learned.Initialize(1);
        Assert.Equal([0.5f, -0.2f, 0.7f], values[^7..^4]);
        Assert.All(values[^4..^1], value => Assert.Equal((float)Math.Log(0.4), value));
        Assert.Equal((float)Math.Log(0.3), values[^1]);
    }

    [Fact]
    public void Options_that_are_out_of_range_are_refused_together()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new GaussianHead(new() { Noise = 0, Variance = [-1], Mean = [double.NaN] }));
        Assert.All((string[])["Noise", "Variance", "Mean"], name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
        GaussianHead two = new(new() { Mean = [1, 2] });
        Assert.Contains("each of the 3 features", Assert.Throws<ArgumentException>(() => two.Learned(Model, Task(1))).Message, StringComparison.Ordinal);
    }

    private static double[] Features(double[] row) => [row[1], row[2], row[1] * (Table[(int)row[0]] + (row[1] * Content[0]) + (row[2] * Content[1]))];

    private static GaussianHead Learner(int shot) => new(new() { Shot = shot, Query = 2 });

    private static TaskShape Task(int shot) => new(new Shape(3), 1, shot, 2);

    /// <summary>Gaussian elimination on [n, n + 1].</summary>
    private static double[] Solve(double[,] matrix)
    {
        int size = matrix.GetLength(0);
        for (int pivot = 0; pivot < size; pivot++)
        {
            for (int row = 0; row < size; row++)
            {
                double factor = row == pivot ? 0 : matrix[row, pivot] / matrix[pivot, pivot];
                for (int column = 0; column <= size; column++)
                {
                    matrix[row, column] -= factor * matrix[pivot, column];
                }
            }
        }

        return [.. Enumerable.Range(0, size).Select(row => matrix[row, size] / matrix[row, row])];
    }
}

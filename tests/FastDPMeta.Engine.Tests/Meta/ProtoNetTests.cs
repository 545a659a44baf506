using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Tests.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Meta;

public sealed class ProtoNetTests
{
    private const int Way = 3;
    private const int Width = 2;
    private static readonly Sequential Model = new(new Dense(2, Width, Activation.Tanh));
    private static readonly TaskShape Task = new(new Shape(2), Way, shot: 2, query: 1);
    private static readonly double[][] Parameters = [Values.Walk(4), Values.Walk(2, 0.8)];
    private static readonly double[] SupportX = Values.Walk(12, 0.15, -2, 2);
    private static readonly double[] SupportY = [0, 2, 1, 1, 2, 0];
    private static readonly double[] QueryX = Values.Walk(6, 0.65, -2, 2);
    private static readonly double[] QueryY = [1, 0, 2];

    [Theory]
    [InlineData(1.0)]
    [InlineData(4.0)]
    public void The_loss_is_minus_the_log_softmax_of_negative_squared_distances(double temperature)
    {
        double[][] results = Interpreter.Run(Learner(temperature).TaskObjective(Model, Loss.CrossEntropy, Task), [.. Parameters, SupportX, SupportY, QueryX, QueryY]);
        double[][] distances = Distances();
        double expected = 0;
        double correct = 0;
        for (int query = 0; query < distances.Length; query++)
        {
            int label = (int)QueryY[query];
            expected += (distances[query][label] / temperature) + Math.Log(distances[query].Sum(distance => Math.Exp(-distance / temperature)));
            correct += Array.IndexOf(distances[query], distances[query].Min()) == label ? 1 : 0;
        }

        Assert.Equal(expected / distances.Length, results[0][0], 12);
        Assert.Equal(expected / distances.Length, results[1][0], 12);
        Assert.Equal(correct / distances.Length, results[2][0], 12);
    }

    [Fact]
    public void The_gradient_equals_central_differences()
    {
        Computation objective = Learner(1).TaskObjective(Model, Loss.CrossEntropy, Task);
        double[][] arguments = [.. Parameters, SupportX, SupportY, QueryX, QueryY];
        double[][] actual = Interpreter.Run(objective.Grad(0, 1), arguments)[1..];
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.InRange(Numeric.RelativeError(actual[i], Numeric.Gradient(objective, arguments, i, 1e-3)), 0, 1e-8);
        }
    }

    [Fact]
    public void Adapting_and_predicting_equals_evaluating()
    {
        ProtoNet learner = Learner(1);
        double[][] state = Interpreter.Run(learner.Adapt(Model, Loss.CrossEntropy, Task, 0), [.. Parameters, SupportX, SupportY]);
        double[] predicted = Interpreter.Run(learner.Predict(Model, Task), [.. state, QueryX])[0];
        double[] judged = Interpreter.Run(learner.Evaluate(Model, Loss.CrossEntropy, Task, 0), [.. Parameters, SupportX, SupportY, QueryX, QueryY])[0];
        Assert.InRange(Numeric.RelativeError(predicted, judged), 0, 1e-14);

        // Logits are negative squared distances up to a number that a query's classes share.
        double[][] distances = Distances();
        for (int query = 0; query < distances.Length; query++)
        {
            for (int label = 1; label < Way; label++)
            {
                Assert.Equal(distances[query][0] - distances[query][label], judged[(query * Way) + label] - judged[query * Way], 12);
            }
        }
    }

    [Fact]
    public void A_class_without_support_gives_no_finite_loss()
    {
        double[][] results = Interpreter.Run(Learner(1).TaskObjective(Model, Loss.CrossEntropy, Task), [.. Parameters, SupportX, [0, 0, 1, 1, 1, 0], QueryX, QueryY]);
        Assert.False(double.IsFinite(results[0][0]));
    }

    private static ProtoNet Learner(double temperature) => new(new() { Way = Way, Shot = 2, Query = 1, Temperature = temperature });

    private static double[] Embed(double[] x) =>
        [.. Enumerable.Range(0, Width).Select(unit => Math.Tanh(Parameters[1][unit] + (x[0] * Parameters[0][unit]) + (x[1] * Parameters[0][Width + unit])))];

    /// <summary>Squared distances from each query to each class mean, by loops.</summary>
    private static double[][] Distances()
    {
        double[][] support = [.. SupportX.Chunk(2).Select(Embed)];
        double[][] means = [.. Enumerable.Range(0, Way).Select(label =>
        {
            double[][] own = [.. support.Where((_, i) => (int)SupportY[i] == label)];
            return Enumerable.Range(0, Width).Select(unit => own.Average(embedding => embedding[unit])).ToArray();
        })];
        return [.. QueryX.Chunk(2).Select(Embed).Select(query => means.Select(mean => query.Zip(mean, (a, b) => (a - b) * (a - b)).Sum()).ToArray())];
    }
}

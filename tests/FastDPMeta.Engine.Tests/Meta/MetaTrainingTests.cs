using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Tests.Meta;

/// <summary>Model, learner and optimizer together, on the interpreter: that they compose and learn, not how fast.</summary>
public sealed class MetaTrainingTests
{
    private const int Batch = 8;
    private const int Rounds = 60;
    private const int Width = 4;
    private static readonly TaskShape Shapes = new(new Shape(Width), way: 3, shot: 1, query: 3);

    [Fact]
    public void Prototypes_learn_to_look_at_the_one_feature_that_tells_classes_apart()
    {
        Sequential model = new(new Dense(Width, 2));
        ProtoNet learner = new(new() { Way = 3, Query = 3 });
        Optimizer adam = Optimizer.Adam(0.05);
        Computation round = Round(model, learner, adam);
        using RandomKey key = RandomKey.UnsafeFixed(5);
        using RandomStream random = new(key);

        double[] theta = [.. model.Initialize(1).Select(value => (double)value)];
        double before = Accuracy(model, learner, theta);
        double[][] state = [new double[theta.Length], new double[theta.Length]];
        float[] scalars = new float[2];
        for (int step = 0; step < Rounds; step++)
        {
            adam.FillScalars(step, scalars);
            double[][] results = Interpreter.Run(round, [theta, .. Data(random, Batch), .. state, [.. scalars.Select(value => (double)value)]]);
            (theta, state) = (results[0], results[1..]);
        }

        double after = Accuracy(model, learner, theta);
        Assert.True(before < 0.65 && after > 0.85, $"accuracy went from {before} to {after}");
    }

    /// <summary>One round over a flat vector: task gradients side by side, their mean, an update.</summary>
    private static Computation Round(Layer model, Learner learner, Optimizer optimizer)
    {
        Computation objective = learner.TaskObjective(model, Loss.CrossEntropy, Shapes);
        Shape flat = new(model.ParameterCount);
        Shape[] data = [Shapes.SupportInputs, Shapes.SupportTargets, Shapes.QueryInputs, Shapes.QueryTargets];
        Computation one = Computation.Trace([flat, .. data], x => objective.Call([.. model.Layout.Split(x[0]), .. x[1..]])[0]);
        Computation all = one.Grad(0).Vmap("task", Batch, false, true, true, true, true);
        return Computation.Trace(
            [flat, .. data.Select(part => part.Insert(0, Batch)), flat, flat, new Shape(2)],
            x => optimizer.Update(x[0], all.Call(x.AsSpan(..5))[1].Mean(0), x.AsSpan(5, 2), x[7]));
    }

    /// <summary>Mean accuracy over 40 tasks of a stream that training does not see.</summary>
    private static double Accuracy(Layer model, Learner learner, double[] theta)
    {
        using RandomKey key = RandomKey.UnsafeFixed(6);
        using RandomStream random = new(key);
        Computation evaluate = learner.Evaluate(model, Loss.CrossEntropy, Shapes, steps: 0);
        double[][] parameters = [.. model.Parameters.Select((parameter, i) => theta.AsSpan(model.Layout.Offsets[i], parameter.Shape.Count).ToArray())];
        return Enumerable.Range(0, 40).Average(_ => Interpreter.Run(evaluate, [.. parameters, .. Data(random, 1)])[2][0]);
    }

    /// <summary>Tasks whose classes differ in feature 0 only; the other features are loud noise.</summary>
    private static double[][] Data(RandomStream random, int tasks)
    {
        List<double>[] data = [[], [], [], []];
        for (int task = 0; task < tasks; task++)
        {
            double[] means = [.. Enumerable.Range(0, Shapes.Way).Select(label => (4 * label) + random.NextGaussian())];
            random.Shuffle<double>(means);
            for (int set = 0; set < 2; set++)
            {
                for (int example = 0; example < (set == 0 ? Shapes.SupportCount : Shapes.QueryCount); example++)
                {
                    int label = example % Shapes.Way;
                    data[2 * set].AddRange([means[label] + (0.3 * random.NextGaussian()), .. Enumerable.Range(1, Width - 1).Select(_ => 4 * random.NextGaussian())]);
                    data[(2 * set) + 1].Add(label);
                }
            }
        }

        return [.. data.Select(values => values.ToArray())];
    }
}

using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Tests.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Spec;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Meta;

/// <summary>Memory of inner steps whose activations are computed again, and recurrences inside them.</summary>
public sealed class RecomputedStepsTests
{
    [Fact]
    public void Memory_of_five_ten_and_twenty_inner_steps_differs_by_less_than_fifteen_percent()
    {
        long[] recomputed = [.. new[] { 5, 10, 20 }.Select(steps => Bytes(steps, recompute: true))];
        Assert.InRange((double)recomputed.Max() / recomputed.Min(), 1, 1.15);

        // Kept activations grow with the steps, so the measure can tell.
        Assert.True(Bytes(3, recompute: false) > 1.4 * Bytes(1, recompute: false));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_recurrent_model_is_differentiated_through_its_inner_steps(bool recompute)
    {
        Sequential model = new(new Lstm(2, 3), new LastStep(), new Dense(3, 1));
        Maml learner = new(new() { Shot = 3, Query = 2, InnerSteps = 2, InnerRate = 0.3, Recompute = recompute });
        TaskShape shape = learner.Options.TaskShape(new Shape(4, 2));
        Computation whole = learner.TaskObjective(model, Loss.MeanSquaredError, shape);
        Computation objective = Computation.Trace([.. whole.Inputs.Select(input => input.Shape)], arguments => whole.Call(arguments)[0]);
        double[][] arguments =
        [
            .. model.Parameters.Select((parameter, i) => Values.Walk(parameter.Shape.Count, 0.2 + (0.17 * i), -0.6, 0.6)),
            .. whole.Inputs.Skip(model.Parameters.Count).Select((input, i) => Values.Walk(input.Shape.Count, 0.4 + (0.23 * i))),
        ];
        int[] indices = [.. Enumerable.Range(0, model.Parameters.Count)];
        double[][] actual = Interpreter.Run(objective.Grad(indices), arguments)[1..];
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.InRange(Numeric.RelativeError(actual[i], Numeric.Gradient(objective, arguments, i, 1e-3)), 0, 1e-7);
        }
    }

    /// <summary>Bytes of one task's meta-gradient: 5-way 5-shot on images, 16 filters.</summary>
    private static long Bytes(int steps, bool recompute)
    {
        Sequential model = Models.OmniglotConv(NormKind.Group, filters: 16, classes: 5);
        Maml learner = new(new() { Way = 5, Shot = 5, Query = 1, InnerSteps = steps, InnerRate = 0.1, Recompute = recompute });
        Computation objective = learner.TaskObjective(model, Loss.CrossEntropy, learner.Options.TaskShape(Models.OmniglotImage));
        Computation gradient = objective.Grad([.. Enumerable.Range(0, model.Parameters.Count)]);
        ArenaPlanner planner = new();
        ArenaBuffer[] inputs = [.. gradient.Inputs.Select((input, i) => planner.Reserve(Region.Lane, $"argument {i}", input.Shape.Count))];
        ArenaBuffer[] outputs = [.. gradient.Outputs.Select((output, i) => planner.Reserve(Region.Lane, $"result {i}", output.Shape.Count))];
        planner.Compile(gradient, inputs, outputs);
        return sizeof(float) * planner.Layout(1).LaneFloats;
    }
}

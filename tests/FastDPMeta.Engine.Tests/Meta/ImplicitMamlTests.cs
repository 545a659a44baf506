using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Meta;

public sealed class ImplicitMamlTests
{
    private const double Rate = 0.1;
    private const double Proximity = 5; // above the loss's negative curvature, so that steps contract
    private static readonly TestTask Task = TestTask.Regression();

    [Fact]
    public void The_implicit_gradient_comes_as_near_to_the_unrolled_one_as_steps_bring_the_minimum()
    {
        double[] errors = [.. new[] { 5, 20, 60 }.Select(steps => Numeric.RelativeError(Implicit(steps), Unrolled(steps)))];
        Assert.True(errors[0] > errors[1] && errors[1] > errors[2], string.Join(", ", errors));
        Assert.InRange(errors[0], 1e-4, 1); // far from the minimum the two are different things
        Assert.InRange(errors[2], 0, 1e-6);
    }

    [Fact]
    public void The_residual_falls_with_the_steps_of_the_conjugate_gradient_method_and_is_an_error_where_it_is_large()
    {
        double[] residuals = [.. new[] { 1, 3, 20 }.Select(steps => Interpreter.Run(Learner(20, steps).Residual(Task.Model, Loss.MeanSquaredError, Task.Shape), Task.Arguments)[0][0])];
        Assert.True(residuals[0] > residuals[1] && residuals[1] > residuals[2], string.Join(", ", residuals));
        Assert.InRange(residuals[2], 0, 1e-8);

        ImplicitMaml learner = Learner(20, conjugateSteps: 1, tolerance: residuals[0] / 2);
        ArithmeticException error = Assert.Throws<ArithmeticException>(() => learner.RequireConverged([(float)residuals[2], (float)residuals[0], float.NaN]));
        Assert.Contains("2 of 3 implicit gradients did not converge", error.Message, StringComparison.Ordinal);
        learner.RequireConverged([(float)residuals[2]]);
    }

    [Fact]
    public void A_task_that_did_not_converge_is_left_out_and_counted_never_taken_as_zero_in_silence()
    {
        ImplicitMaml learner = Learner(20, conjugateSteps: 1, tolerance: 1e-6);
        Computation batch = learner.TaskObjective(Task.Model, Loss.MeanSquaredError, Task.Shape).PerExample("task", 1, Task.Parameters.Length).Clip(1).Sum();
        double[][] results = Interpreter.Run(batch, [.. Task.Arguments, [1]]);
        Assert.All(results[..Task.Parameters.Length], sum => Assert.All(sum, value => Assert.Equal(0, value)));
        Assert.Equal(1, results[^1][0]); // results end with the count of those left out
    }

    private static ImplicitMaml Learner(int steps, int conjugateSteps, double tolerance = 1e-3) => new(new()
    {
        Shot = 4,
        Query = 3,
        InnerSteps = steps,
        InnerRate = Rate,
        Proximity = Proximity,
        ConjugateSteps = conjugateSteps,
        Tolerance = tolerance,
    });

    private static double[] Implicit(int steps)
    {
        Computation objective = Learner(steps, conjugateSteps: 40).TaskObjective(Task.Model, Loss.MeanSquaredError, Task.Shape);
        return [.. Interpreter.Run(objective.Grad(Task.ParameterIndices), Task.Arguments)[1..].SelectMany(part => part)];
    }

    /// <summary>The same steps, differentiated through.</summary>
    private static double[] Unrolled(int steps)
    {
        Shape[] shapes = [.. Task.Model.Parameters.Select(parameter => parameter.Shape), Task.Shape.SupportInputs, Task.Shape.SupportTargets, Task.Shape.QueryInputs, Task.Shape.QueryTargets];
        int count = Task.Parameters.Length;
        Computation objective = Computation.Trace(shapes, arguments =>
        {
            Tensor[] start = arguments[..count];
            Tensor[] adapted = start;
            for (int step = 0; step < steps; step++)
            {
                Tensor[] gradients = Grad.Of(Batched.MeanLoss(Task.Model, Loss.MeanSquaredError, adapted, arguments[count], arguments[count + 1]), adapted);
                adapted = [.. adapted.Select((value, i) => value - ((gradients[i] + ((value - start[i]) * Proximity)) * Rate))];
            }

            return Batched.MeanLoss(Task.Model, Loss.MeanSquaredError, adapted, arguments[count + 2], arguments[count + 3]);
        });
        return [.. Interpreter.Run(objective.Grad(Task.ParameterIndices), Task.Arguments)[1..].SelectMany(part => part)];
    }
}

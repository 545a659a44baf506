using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Meta;

public sealed class MamlTests
{
    private static readonly TestTask Task = TestTask.Regression();

    [Fact]
    public void The_derivative_of_a_three_step_loss_equals_central_differences()
    {
        Computation objective = Objective(steps: 3, firstOrder: false);
        AssertGradient(First(objective), Task.Arguments, 1e-6);
    }

    [Fact]
    public void The_second_derivative_of_a_three_step_loss_equals_central_differences_of_the_first()
    {
        Computation objective = First(Objective(steps: 3, firstOrder: false));
        int count = Task.Model.Parameters.Count;
        int[] indices = [.. Enumerable.Range(0, count)];

        // A fixed direction turns the meta-gradient into a scalar; its gradient is the Hessian-vector product.
        Computation slope = Computation.Trace([.. objective.Inputs.Select(input => input.Shape)], arguments =>
        {
            Tensor[] gradients = objective.Grad(indices).Call(arguments)[1..];
            Tensor total = arguments[0].Constant(0);
            for (int i = 0; i < count; i++)
            {
                total += (gradients[i] * gradients[i].Literal(gradients[i].Shape, [.. Enumerable.Range(0, gradients[i].Shape.Count).Select(j => MathF.Sin(i + (1.7f * j)))])).Sum();
            }

            return total;
        });
        AssertGradient(slope, Task.Arguments, 1e-6);
    }

    [Fact]
    public void The_first_order_gradient_is_the_query_gradient_at_the_adapted_point()
    {
        Computation objective = Objective(steps: 3, firstOrder: true);
        double[][] actual = Interpreter.Run(objective.Grad(Task.ParameterIndices), Task.Arguments)[1..];

        double[][] adapted = Task.Descend(Task.Parameters, steps: 3, rate: 0.1);
        double[][] expected = Task.Gradient(adapted, Task.QueryX, Task.QueryY);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(Numeric.RelativeError(actual[i], expected[i]), 0, 1e-12);
        }
    }

    [Fact]
    public void First_and_second_order_differ()
    {
        double[] second = Interpreter.Run(Objective(3, firstOrder: false).Grad(0), Task.Arguments)[1];
        double[] first = Interpreter.Run(Objective(3, firstOrder: true).Grad(0), Task.Arguments)[1];
        Assert.True(Numeric.RelativeError(second, first) > 1e-3);
    }

    [Fact]
    public void Adaptation_is_gradient_descent_on_the_support_set()
    {
        Maml maml = Learner(3, false);
        double[][] adapted = Interpreter.Run(maml.Adapt(Task.Model, Loss.MeanSquaredError, Task.Shape, 5), [.. Task.Parameters, Task.SupportX, Task.SupportY]);
        double[][] expected = Task.Descend(Task.Parameters, steps: 5, rate: 0.1);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(Numeric.RelativeError(adapted[i], expected[i]), 0, 1e-12);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Evaluation_is_adaptation_and_then_prediction(int steps)
    {
        Maml maml = Learner(2, false);
        double[][] judged = Interpreter.Run(maml.Evaluate(Task.Model, Loss.MeanSquaredError, Task.Shape, steps), Task.Arguments);
        double[][] state = Task.Descend(Task.Parameters, steps, 0.1);
        double[] outputs = Interpreter.Run(maml.Predict(Task.Model, Task.Shape), [.. state, Task.QueryX])[0];
        Assert.InRange(Numeric.RelativeError(judged[0], outputs), 0, 1e-12);
        double error = outputs.Zip(Task.QueryY, (a, b) => (a - b) * (a - b)).Average();
        Assert.Equal(error, judged[1][0], 12);
        Assert.Equal(error, judged[2][0], 12);
    }

    [Fact]
    public void Tasks_side_by_side_equal_a_loop_over_tasks()
    {
        TestTask[] tasks = [TestTask.Regression(0.1), TestTask.Regression(0.45), TestTask.Regression(0.8)];
        Computation one = Objective(2, firstOrder: false).Grad(Task.ParameterIndices);
        bool[] batched = [.. one.Inputs.Select((_, i) => i >= Task.Parameters.Length)];
        Computation all = one.Vmap("task", tasks.Length, batched);
        double[][] together = Interpreter.Run(all, [.. Task.Parameters, .. Enumerable.Range(0, 4).Select(i => tasks.SelectMany(task => task.Data[i]).ToArray())]);
        for (int task = 0; task < tasks.Length; task++)
        {
            double[][] alone = Interpreter.Run(one, [.. Task.Parameters, .. tasks[task].Data]);
            for (int i = 0; i < alone.Length; i++)
            {
                Assert.InRange(Numeric.RelativeError(together[i].AsSpan(task * alone[i].Length, alone[i].Length), alone[i]), 0, 1e-12);
            }
        }
    }

    [Fact]
    public void Bad_options_are_refused_all_at_once()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Maml(new() { Way = 0, Shot = -1, InnerSteps = 0, InnerRate = double.NaN }));
        foreach (string name in new[] { "Way", "Shot", "InnerSteps", "InnerRate" })
        {
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
        }
    }

    private static Maml Learner(int steps, bool firstOrder) => new(new() { Shot = 4, Query = 3, InnerSteps = steps, InnerRate = 0.1, FirstOrder = firstOrder });

    private static Computation Objective(int steps, bool firstOrder) => Learner(steps, firstOrder).TaskObjective(Task.Model, Loss.MeanSquaredError, Task.Shape);

    private static Computation First(Computation computation) =>
        Computation.Trace([.. computation.Inputs.Select(input => input.Shape)], arguments => computation.Call(arguments)[0]);

    private static void AssertGradient(Computation scalar, double[][] arguments, double tolerance)
    {
        double[][] actual = Interpreter.Run(scalar.Grad(Task.ParameterIndices), arguments)[1..];
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.InRange(Numeric.RelativeError(actual[i], Numeric.Gradient(scalar, arguments, i, 1e-3)), 0, tolerance);
        }
    }
}

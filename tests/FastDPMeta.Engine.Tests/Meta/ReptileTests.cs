using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Meta;

public sealed class ReptileTests
{
    private static readonly TestTask Task = TestTask.Regression();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(5, 0.25)]
    public void The_gradient_is_the_way_that_a_loop_by_hand_goes(int steps, double scale)
    {
        Reptile reptile = new(new() { Shot = 4, Query = 3, InnerSteps = steps, InnerRate = 0.1, Scale = scale });
        Computation objective = reptile.TaskObjective(Task.Model, Loss.MeanSquaredError, Task.Shape);
        double[][] actual = Interpreter.Run(objective.Grad(Task.ParameterIndices), Task.Arguments)[1..];

        double[][] phi = Task.Parameters;
        for (int step = 0; step < steps; step++)
        {
            phi = step % 2 == 0 ? Task.Step(phi, Task.SupportX, Task.SupportY, 0.1) : Task.Step(phi, Task.QueryX, Task.QueryY, 0.1);
        }

        for (int i = 0; i < phi.Length; i++)
        {
            double[] expected = [.. Task.Parameters[i].Zip(phi[i], (theta, adapted) => (theta - adapted) / scale)];
            Assert.InRange(Numeric.RelativeError(actual[i], expected), 0, 1e-12);
        }
    }

    [Fact]
    public void A_scale_that_is_not_positive_is_refused() =>
        Assert.Contains("Scale", Assert.Throws<ArgumentException>(() => new Reptile(new() { Scale = 0 })).Message, StringComparison.Ordinal);
}

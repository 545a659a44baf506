using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Meta;

public sealed class JointTests
{
    private static readonly TestTask Task = TestTask.Regression();

    [Fact]
    public void Training_follows_the_plain_query_gradient_and_evaluation_fine_tunes()
    {
        Joint joint = new(new() { Shot = 4, Query = 3, InnerRate = 0.1 });
        Computation objective = joint.TaskObjective(Task.Model, Loss.MeanSquaredError, Task.Shape);
        double[][] actual = Interpreter.Run(objective.Grad(Task.ParameterIndices), Task.Arguments)[1..];
        double[][] expected = Task.Gradient(Task.Parameters, Task.QueryX, Task.QueryY);
        double[][] tuned = Interpreter.Run(joint.Adapt(Task.Model, Loss.MeanSquaredError, Task.Shape, 3), [.. Task.Parameters, Task.SupportX, Task.SupportY]);
        double[][] byHand = Task.Descend(Task.Parameters, 3, 0.1);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(Numeric.RelativeError(actual[i], expected[i]), 0, 1e-12);
            Assert.InRange(Numeric.RelativeError(tuned[i], byHand[i]), 0, 1e-12);
        }
    }
}

using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Ops;
using FastDPMeta.Engine.Tests.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Transforms;

/// <summary>The input's derivative of a convolution becomes a convolution, whether tasks share the weights or each has its own.</summary>
public sealed class AdjointConvolutionTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_is_folded_and_the_numbers_are_those_of_folding(bool ownWeights)
    {
        const int Tasks = 2, Examples = 3;
        Conv2d layer = new(2, 3, kernel: 3, padding: 1, bias: false);
        Shape image = new(2, 5, 4);
        Computation one = Computation.Trace([layer.Parameters[0].Shape, image], x => layer.Apply(x[1], x[0]).Square().Sum());
        Computation slope = one.Grad(1);
        Computation examples = slope.Vmap("example", Examples, false, true);
        Computation tasks = examples.Vmap("task", Tasks, ownWeights, true);
        Computation final = Simplify.Of(tasks, final: true);
        Assert.Contains(Simplify.Of(tasks).Reachable(), node => node.Op is FoldOp);
        Assert.DoesNotContain(final.Reachable(), node => node.Op is FoldOp);

        double[][] arguments = [.. tasks.Inputs.Select((input, i) => Values.Walk(input.Shape.Count, 0.2 + (0.3 * i)))];
        double[][] expected = Interpreter.Run(tasks, arguments);
        double[][] actual = Interpreter.Run(final, arguments);
        Assert.InRange(Numeric.RelativeError(actual[1], expected[1]), 0, 1e-13);
    }
}

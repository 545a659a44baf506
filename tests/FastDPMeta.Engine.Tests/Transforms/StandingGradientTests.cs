using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Ops;
using FastDPMeta.Engine.Tests.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Spec;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Transforms;

/// <summary>Gradients that a second derivative needs anyway, as the query gradient in MAML: they are summed as they stand, not contracted a second time.</summary>
public sealed class StandingGradientTests
{
    private const int Tasks = 3;
    private static readonly Sequential Model = new(new Dense(6, 8, Activation.Tanh), new Dense(8, 2));
    private static readonly Maml Learner = new(new() { Shot = 4, Query = 20, InnerRate = 0.1 });
    private static readonly TaskShape Shape = Learner.Options.TaskShape(new Shape(6), new Shape(2));

    [Theory]
    [InlineData(PerExampleClip.None)]
    [InlineData(PerExampleClip.Constant)]
    public void Summed_as_they_stand_they_are_what_a_contraction_gives_for_less_work(object clip)
    {
        Computation chosen = Sums((PerExampleClip)clip, PerExampleForm.Cheapest);
        Computation contracted = Sums((PerExampleClip)clip, PerExampleForm.Contracted);
        double[][] arguments =
        [
            .. chosen.Inputs.SkipLast(1).Select((input, i) => Values.Walk(input.Shape.Count, 0.1 + (0.13 * i), -0.8, 0.8)), [1, 0, 1],
        ];
        double[][] actual = Interpreter.Run(chosen, arguments);
        double[][] expected = Interpreter.Run(contracted, arguments);
        for (int i = 0; i < Model.Parameters.Count; i++)
        {
            Assert.InRange(Numeric.RelativeError(actual[i], expected[i]), 0, 1e-12);
        }

        Assert.True(Products(chosen) < 0.9 * Products(contracted), $"{Products(chosen)} against {Products(contracted)}");
    }

    [Fact]
    public void A_gradient_that_only_the_sum_needs_does_not_stand()
    {
        // Of a plain loss no product of the gradient is used for anything else.
        Computation unit = Computation.Trace([new(3, 2), new(5, 3)], x => x[1].MatMul(x[0]).Tanh().Square().Sum()).Grad(0);
        HashSet<Node> standing = ContractionMatcher.Standing(unit);
        Node product = unit.Outputs[1].Node;
        Assert.True(product.Op is MatMulOp or TransposeOp);
        Assert.DoesNotContain(product, standing);
    }

    private static Computation Sums(PerExampleClip clip, PerExampleForm form) => PerExample.Of(
        Learner.TaskObjective(Model, Loss.MeanSquaredError, Shape),
        new PerExampleOptions
        {
            Units = new Axis(Tasks, "task"),
            Parameters = Enumerable.Range(0, Model.Parameters.Count).ToEquatableArray(),
            Clip = clip,
            ClipNorm = 0.5,
            Form = form,
            Rounding = PerExampleRounding.Double,
        });

    /// <summary>Multiplications in products.</summary>
    private static long Products(Computation computation) => Simplify.Of(computation).Reachable().Where(node => node.Op is MatMulOp)
        .Sum(node => (long)node.Shape.Count * node.Inputs[0].Shape[-1]);
}

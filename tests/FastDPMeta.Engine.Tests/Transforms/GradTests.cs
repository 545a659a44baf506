using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Transforms;

public sealed class GradTests
{
    public static TheoryData<string> Samples => [.. OpSamples.All.Select(sample => sample.Name)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void First_derivative_equals_central_differences(string name)
    {
        OpSample sample = Find(name);
        Computation loss = Scalar(sample);
        AssertGradients(loss, sample);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Second_derivative_equals_central_differences_of_the_first(string name)
    {
        OpSample sample = Find(name);
        Computation loss = Scalar(sample);
        int[] reals = Reals(sample);

        // A fixed direction turns the gradient into a scalar, whose gradient is the Hessian-vector product.
        Computation slope = Computation.Trace(sample.Shapes, inputs =>
        {
            Tensor[] gradients = loss.Grad(reals).Call(inputs)[1..];
            Tensor total = inputs[0].Constant(0);
            for (int i = 0; i < gradients.Length; i++)
            {
                total += (Weight(gradients[i], 0.7 + i) * gradients[i]).Sum();
            }

            return total;
        });
        AssertGradients(slope, sample);
    }

    [Fact]
    public void Every_op_has_a_sample()
    {
        IReadOnlySet<Type> covered = OpSamples.Covered();
        Type[] missing = [.. typeof(Op).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Op)) && !type.IsAbstract && !covered.Contains(type))];
        Assert.Empty(missing);
        IEnumerable<string> maps = OpSamples.All
            .SelectMany(sample => Computation.Trace(sample.Shapes, sample.Function).Reachable())
            .Select(node => node.Op).OfType<MapOp>().Select(op => op.Name);
        Assert.Empty(MapOp.All.Select(op => op.Name).Except(maps));
    }

    [Fact]
    public void A_gradient_of_something_that_is_no_scalar_is_refused_with_the_users_line()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Computation.Trace([new(3)], x => x[0].Exp()).Grad());
        Assert.Contains("only a scalar", error.Message, StringComparison.Ordinal);
        Assert.Contains("GradTests.cs", error.Message, StringComparison.Ordinal);
    }

    private static OpSample Find(string name) => OpSamples.All.Single(sample => sample.Name == name);

    private static int[] Reals(OpSample sample) =>
        [.. Enumerable.Range(0, sample.Shapes.Length).Where(index => sample.WholeNumbers?.ContainsKey(index) != true)];

    private static Computation Scalar(OpSample sample) => Computation.Trace(sample.Shapes, inputs =>
    {
        Tensor result = sample.Function(inputs);
        return (Weight(result, 1.3) * result).Sum();
    });

    private static Tensor Weight(Tensor like, double phase) => like.Literal(
        like.Shape, [.. Enumerable.Range(0, like.Shape.Count).Select(i => (float)Math.Sin(phase + (1.7 * i)))]);

    private static void AssertGradients(Computation loss, OpSample sample)
    {
        int[] reals = Reals(sample);
        double[][] arguments = sample.Arguments();
        double[][] actual = Interpreter.Run(loss.Grad(reals), arguments)[1..];
        for (int i = 0; i < reals.Length; i++)
        {
            double[] expected = sample.Name == "stopGradient" ? new double[actual[i].Length] : Numeric.Gradient(loss, arguments, reals[i], 1e-3);
            Assert.InRange(Numeric.RelativeError(actual[i], expected), 0, 1e-6);
        }
    }
}

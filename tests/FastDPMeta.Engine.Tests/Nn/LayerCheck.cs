using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Nn;

/// <summary>Checks that every layer has to pass.</summary>
internal static class LayerCheck
{
    public static double[][] Arguments(Layer layer, Shape input, double phase = 0.37) =>
        [.. layer.Parameters.Select((parameter, i) => Values.Walk(parameter.Shape.Count, phase + (0.19 * i))), Values.Walk(input.Count, phase + 0.11, -2, 2)];

    public static void Forward(Layer layer, Shape input, Func<double[][], double[]> expected)
    {
        double[][] arguments = Arguments(layer, input);
        Computation computation = layer.Trace(input);
        Assert.Equal(layer.OutputShape(input), computation.Outputs[0].Shape);
        Assert.InRange(Numeric.RelativeError(Interpreter.Run(computation, arguments)[0], expected(arguments)), 0, 1e-12);
    }

    /// <summary>First derivatives, and Hessian-vector products, against central differences.</summary>
    public static void Derivatives(Layer layer, Shape input, params int[] skip)
    {
        double[][] arguments = Arguments(layer, input);
        int[] indices = [.. Enumerable.Range(0, arguments.Length).Except(skip)];
        Shape[] shapes = [.. layer.Parameters.Select(parameter => parameter.Shape), input];
        Computation model = layer.Trace(input);
        Computation scalar = Computation.Trace(shapes, x => model.Call(x)[0] is var y ? (Weighted(y, 0.4) + (0.3 * y.Square()).Sum()) : default);
        Compare(scalar, arguments, indices);
        Computation slope = Computation.Trace(shapes, x => scalar.Grad(indices).Call(x)[1..].Select((gradient, i) => Weighted(gradient, 0.9 + i)).Aggregate((a, b) => a + b));
        Compare(slope, arguments, indices);
    }

    /// <summary>The sum of all elements, each with a weight of its own.</summary>
    public static Tensor Weighted(Tensor x, double phase) =>
        (x * x.Literal(x.Shape, [.. Enumerable.Range(0, x.Shape.Count).Select(i => (float)Math.Sin(phase + (1.7 * i)))])).Sum();

    private static void Compare(Computation scalar, double[][] arguments, int[] indices)
    {
        double[][] actual = Interpreter.Run(scalar.Grad(indices), arguments)[1..];
        for (int i = 0; i < indices.Length; i++)
        {
            Assert.InRange(Numeric.RelativeError(actual[i], Numeric.Gradient(scalar, arguments, indices[i], 1e-3)), 0, 1e-6);
        }
    }
}

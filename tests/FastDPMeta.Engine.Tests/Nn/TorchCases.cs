using System.Text.Json;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Nn;

/// <summary>Outputs and derivatives that PyTorch gives for the arguments of <see cref="LayerCheck.Arguments"/>, made by the scripts in tests/reference.</summary>
internal static class TorchCases
{
    // Figures are written with 13 digits, and sums of a few hundred products in double precision agree to about as many.
    private const double Agreement = 1e-10;

    /// <summary>Names of the cases in a file.</summary>
    public static string[] Names(string file) => [.. Read(file).Select(figure => figure.Name)];

    /// <summary>
    /// The output, and, where the file has them, the derivatives of the weighted sum of outputs with respect to every parameter and the input.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The case.</param>
    /// <param name="layer">The layer as ours.</param>
    /// <param name="input">Shape of the example.</param>
    public static void Check(string file, string name, Layer layer, Shape input)
    {
        Figure figure = Read(file).Single(each => each.Name == name);
        double[][] arguments = LayerCheck.Arguments(layer, input);
        Computation model = layer.Trace(input);
        Assert.InRange(Numeric.RelativeError(Interpreter.Run(model, arguments)[0], figure.Output), 0, Agreement);
        if (figure.Gradients.Length == 0)
        {
            return;
        }

        Assert.Equal(arguments.Length, figure.Gradients.Length);
        Computation scalar = Computation.Trace([.. model.Inputs.Select(each => each.Shape)], x => LayerCheck.Weighted(model.Call(x)[0], 0.4));
        double[][] gradients = Interpreter.Run(scalar.Grad(), arguments)[1..];
        for (int i = 0; i < gradients.Length; i++)
        {
            Assert.InRange(Numeric.RelativeError(gradients[i], figure.Gradients[i]), 0, Agreement);
        }
    }

    private static Figure[] Read(string file)
    {
        using Stream stream = typeof(TorchCases).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"{file} is not embedded in the tests.");
        return JsonSerializer.Deserialize<Figure[]>(stream, JsonSerializerOptions.Web)!;
    }

    private sealed record Figure(string Name, double[] Output, double[][] Gradients);
}

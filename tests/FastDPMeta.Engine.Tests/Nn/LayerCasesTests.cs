using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Tests.Transforms;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Spec;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Nn;

/// <summary>What every layer has to pass: PyTorch's values, derivatives of two orders, examples side by side, clipped sums.</summary>
public sealed class LayerCasesTests : IDisposable
{
    private const int Units = 5;
    private static readonly double[] Mask = [1, 1, 0, 1, 1];
    private readonly Device _device = Device.Open("cpu", new DeviceOptions { Threads = 1 });

    public static TheoryData<string> Cases => [.. LayerCases.Names];

    public static TheoryData<string, string> CasesAndForms
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string name in LayerCases.Names)
            {
                foreach (string form in Enum.GetNames<PerExampleForm>())
                {
                    cases.Add(name, form);
                }
            }

            return cases;
        }
    }

    [Fact]
    public void Every_figure_of_PyTorch_has_its_layer() => Assert.Equal(TorchFigures.Names("layers").Order(), LayerCases.Names.Order());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_and_gradients_equal_those_of_PyTorch(string name)
    {
        Layer layer = LayerCases.Make(name);
        Shape input = LayerCases.Input(name);
        Shape[] shapes = [.. layer.Parameters.Select(parameter => parameter.Shape), input];
        double[][] arguments = [.. shapes.Select((shape, i) => TorchFigures.Walk(shape.Count, i, i == shapes.Length - 1 ? 1.8 : 0.9))];
        (double[] output, double[][] gradients) = TorchFigures.Case("layers", name);
        Computation model = layer.Trace(input);
        Assert.Equal(layer.OutputShape(input), model.Outputs[0].Shape);
        AssertClose(output, Interpreter.Run(model, arguments)[0]);

        // The objective's weights come in as an argument: constants of a trace are floats.
        Computation loss = Computation.Trace([.. shapes, new Shape(output.Length)], x => (layer.Apply(x[^2], x.AsSpan(..^2)).Reshape(output.Length) * x[^1]).Sum());
        double[] weights = [.. Enumerable.Range(0, output.Length).Select(i => Math.Sin(0.4 + (1.7 * i)))];
        double[][] actual = Interpreter.Run(loss.Grad([.. Enumerable.Range(0, shapes.Length)]), [.. arguments, weights])[1..];
        Assert.Equal(gradients.Length, actual.Length);
        for (int i = 0; i < gradients.Length; i++)
        {
            AssertClose(gradients[i], actual[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void First_and_second_derivatives_equal_central_differences(string name) => LayerCheck.Derivatives(LayerCases.Make(name), LayerCases.Input(name));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Examples_side_by_side_equal_a_loop_over_examples(string name)
    {
        Layer layer = LayerCases.Make(name);
        Shape input = LayerCases.Input(name);
        double[][] arguments = LayerCheck.Arguments(layer, input);
        double[] examples = Values.Walk(3 * input.Count, 0.71, -2, 2);
        bool[] batched = [.. arguments.Select((_, i) => i == arguments.Length - 1)];
        double[] together = Interpreter.Run(layer.Trace(input).Vmap("example", 3, batched), [.. arguments[..^1], examples])[0];
        double[] alone = [.. examples.Chunk(input.Count).SelectMany(one => Interpreter.Run(layer.Trace(input), [.. arguments[..^1], one])[0])];
        Assert.InRange(Numeric.RelativeError(together, alone), 0, 1e-14);
    }

    [Theory]
    [MemberData(nameof(CasesAndForms))]
    public void Norms_and_clipped_sums_equal_a_loop_over_examples(string name, string form)
    {
        UnitProgram program = Program(name);
        double[][][] units = [.. Enumerable.Range(0, Units).Select(unit => program.UnitValues(unit))];
        double clip = Clip(program, units);
        var (sums, values, counts, norms) = PerExampleOracle.Run(program, units, Mask, clip);
        Computation clipped = PerExample.Of(program.Trace(), Options(program, Enum.Parse<PerExampleForm>(form), clip, PerExampleRounding.Double));
        double[][] actual = Interpreter.Run(clipped, PerExampleOracle.Arguments(program, units, Mask));
        double[][] expected = [.. sums, .. values.Select(value => new[] { value }), .. counts.Select(count => new[] { count }), norms];
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(Numeric.RelativeError(actual[i], expected[i]), 0, 1e-10);
        }

        Assert.True(counts[1] > 0 && counts[1] < counts[0]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compiled_clipped_sums_equal_the_interpreter(string name)
    {
        UnitProgram program = Program(name);
        double[][][] units = [.. Enumerable.Range(0, Units).Select(unit => program.UnitValues(unit))];
        Computation clipped = PerExample.Of(program.Trace(), Options(program, PerExampleForm.Cheapest, Clip(program, units), PerExampleRounding.Single));
        using CompiledFunction compiled = Compiler.Compile(clipped, _device);
        float[][] arguments = [.. PerExampleOracle.Arguments(program, units, Mask).Select(row => row.Select(value => (float)value).ToArray())];
        float[][] actual = compiled.Run(arguments);
        double[][] expected = Interpreter.Run(clipped, [.. arguments.Select(Double)]);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(Numeric.RelativeError(Double(actual[i]), expected[i]), 0, Tolerance.Compiled);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Examples_stay_apart(string name)
    {
        UnitProgram program = Program(name);
        Computation clipped = PerExample.Of(program.Trace(), Options(program, PerExampleForm.Cheapest, 1, PerExampleRounding.Single));
        int?[] axes = [.. program.Parameters.Select(_ => (int?)null), .. program.Data.Select(_ => (int?)0), 0];
        int[] reports = [.. Enumerable.Range(program.Parameters.Length, clipped.Outputs.Count - program.Parameters.Length)];
        IReadOnlyList<RowDependence> found = IsolationCheck.Verify(clipped, "example", axes, reports);
        Assert.Equal(RowDependence.OwnRow, found[^1]);
    }

    public void Dispose() => _device.Dispose();

    /// <summary>The layer behind one factor for each element of the input, so that layers without parameters have gradients too.</summary>
    private static UnitProgram Program(string name)
    {
        Layer layer = LayerCases.Make(name);
        Shape input = LayerCases.Input(name);
        Shape[] parameters = [.. layer.Parameters.Select(parameter => parameter.Shape), input];
        return new(name, parameters, [input, layer.OutputShape(input)], (w, x) => [(layer.Apply(x[0] * w[^1], w.AsSpan(..^1)) - x[1]).Square().Mean()]);
    }

    /// <summary>Some examples are clipped and some are not; none is at the edge.</summary>
    private static double Clip(UnitProgram program, double[][][] units) =>
        PerExampleOracle.Run(program, units, Mask, null).Norms.Order().Skip(1).Take(3).Average();

    private static PerExampleOptions Options(UnitProgram program, PerExampleForm form, double clip, PerExampleRounding rounding) => new()
    {
        Units = new Axis(Units, "example"),
        Parameters = Enumerable.Range(0, program.Parameters.Length).ToEquatableArray(),
        Clip = PerExampleClip.Constant,
        ClipNorm = clip,
        Rounding = rounding,
        Form = form,
        WithNorms = true,
    };

    private static double[] Double(float[] values) => [.. values.Select(value => (double)value)];

    // The figures have 13 digits.
    private static void AssertClose(double[] expected, double[] actual) => Assert.InRange(Numeric.RelativeError(actual, expected), 0, 1e-11);
}

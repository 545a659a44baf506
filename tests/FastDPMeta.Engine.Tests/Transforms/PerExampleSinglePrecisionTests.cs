using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Transforms;

/// <summary>The guarantee in the arithmetic that devices have.</summary>
public sealed class PerExampleSinglePrecisionTests : IDisposable
{
    private const int Units = 4;
    private readonly Device _device = Device.Open("cpu", new DeviceOptions { Threads = 1 });

    public static TheoryData<string> Programs => [.. UnitPrograms.All.Select(program => program.Name)];

    [Theory]
    [MemberData(nameof(Programs))]
    public void Compiled_results_equal_the_interpreter_and_no_unit_contributes_more_than_the_clip_norm(string name)
    {
        UnitProgram program = UnitPrograms.Find(name);
        double[][][] units = [.. Enumerable.Range(0, Units).Select(unit => program.UnitValues(unit))];
        double clipNorm = PerExampleOracle.Run(program, units, [1, 1, 1, 1], null).Norms.Order().ElementAt(1) * 0.9;
        foreach (PerExampleForm form in Enum.GetValues<PerExampleForm>())
        {
            Computation clipped = PerExample.Of(program.Trace(), Options(program.Parameters.Length, Units, form, PerExampleRounding.Single, clipNorm));
            using CompiledFunction compiled = Compiler.Compile(clipped, _device);
            for (int unit = -1; unit < Units; unit++)
            {
                // All units together, and each alone: its contribution is then the whole sum.
                double[] mask = [.. Enumerable.Range(0, Units).Select(other => unit < 0 || other == unit ? 1.0 : 0.0)];
                float[][] arguments = Single(PerExampleOracle.Arguments(program, units, mask));
                float[][] actual = compiled.Run(arguments);
                double[][] expected = Interpreter.Run(clipped, Double(arguments));
                for (int i = 0; i < expected.Length; i++)
                {
                    Assert.InRange(Numeric.RelativeError(Double(actual)[i], expected[i]), 0, 1e-5);
                }

                Assert.True(unit < 0 || Norm(actual[..program.Parameters.Length]) <= clipNorm * (1 + 1e-6));
            }
        }
    }

    [Fact]
    public void Terms_that_nearly_cancel_do_not_hide_a_norm()
    {
        const int size = 6;
        const int count = 64;
        Computation unit = Computation.Trace([new(size, 3), new(1, size), new(1, size), new(3, 1)], x =>
            (x[1].MatMul(x[0]).MatMul(x[3]) - x[2].MatMul(x[0]).MatMul(x[3])).Sum());
        double state = 0.3;
        double Next() => (state = (state + 0.6180339887498949) % 1.0) - 0.5;
        double[] first = [.. Enumerable.Range(0, count * size).Select(_ => 1000 * (1 + Next()))];
        double[] second = [.. first.Select((value, i) => value * (1 + (Next() * Math.Pow(10, -3 - (i / size % 4)))))];
        double[] weights = [.. Enumerable.Range(0, count * 3).Select(_ => 1 + Next())];

        // With the bound, all contributions are inside the ball; without it some are far outside: the test can fail.
        Assert.Equal(0, Outside(PerExampleRounding.Single));
        Assert.True(Outside(new PerExampleRounding(0, 0)) > count / 8);

        int Outside(PerExampleRounding rounding)
        {
            const double clipNorm = 1e-3;
            Computation clipped = PerExample.Of(unit, Options(1, count, PerExampleForm.Contracted, rounding, clipNorm));
            using CompiledFunction compiled = Compiler.Compile(clipped, _device);
            float[][] data = Single([new double[size * 3], first, second, weights]);
            int outside = 0;
            for (int one = 0; one < count; one++)
            {
                float[] mask = new float[count];
                mask[one] = 1;
                float[][] results = compiled.Run([.. data, mask]);

                // The true gradient of the rounded data, in double precision, times the factor that was used.
                double factor = Math.Min(1, clipNorm / results[^1][one]);
                double difference = Enumerable.Range(one * size, size).Sum(i => Square((double)data[1][i] - data[2][i]));
                double true2 = difference * Enumerable.Range(one * 3, 3).Sum(i => Square(data[3][i]));
                bool kept = results[2][0] == 1 && results[4][0] == 0;
                outside += kept && !(factor * Math.Sqrt(true2) <= clipNorm * (1 + 1e-6)) ? 1 : 0;
            }

            return outside;
        }
    }

    [Fact]
    public void Factors_whose_squares_underflow_do_not_hide_a_norm()
    {
        Computation unit = Computation.Trace([new(4, 4), new(1, 4), new(4, 1)], x => x[1].MatMul(x[0]).MatMul(x[2]).Sum());
        Computation clipped = PerExample.Of(unit, Options(1, 1, PerExampleForm.Contracted, PerExampleRounding.Single, 1e-2));
        using CompiledFunction compiled = Compiler.Compile(clipped, _device);

        // ‖a‖ = 2e-23 (its square is no float32), ‖d‖ = 2e18: the gradient's norm is 4e-5; with squares lost it would be 0.
        float[][] results = compiled.Run([new float[16], [1e-23f, 1e-23f, 1e-23f, 1e-23f], [1e18f, 1e18f, 1e18f, 1e18f], [1]]);
        Assert.True(results[^1][0] >= 4e-5);
    }

    public void Dispose() => _device.Dispose();

    private static PerExampleOptions Options(int parameters, int units, PerExampleForm form, PerExampleRounding rounding, double clipNorm) => new()
    {
        Units = new Axis(units, "example"),
        Parameters = [.. Enumerable.Range(0, parameters)],
        Clip = PerExampleClip.Constant,
        ClipNorm = clipNorm,
        Form = form,
        Rounding = rounding,
        WithNorms = true,
    };

    private static double Square(double value) => value * value;

    private static double Norm(float[][] tensors) => Math.Sqrt(tensors.Sum(tensor => tensor.Sum(value => Square(value))));

    private static float[][] Single(double[][] values) => [.. values.Select(row => row.Select(value => (float)value).ToArray())];

    private static double[][] Double(float[][] values) => [.. values.Select(row => row.Select(value => (double)value).ToArray())];
}

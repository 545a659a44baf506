using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Transforms;

/// <summary>The rules of clipping beside the flat one, against a loop over units in double precision.</summary>
public sealed class PerExampleClipTests : IDisposable
{
    private const int Units = 4;
    private const double Stabilizer = 0.05;
    private readonly Device _device = Device.Open("cpu", new DeviceOptions { Threads = 1 });

    public static TheoryData<string> Programs => [.. UnitPrograms.All.Select(program => program.Name)];

    [Theory]
    [MemberData(nameof(Programs))]
    public void Each_groups_contribution_stays_inside_its_ball_and_sums_equal_a_loop(string name)
    {
        UnitProgram program = UnitPrograms.Find(name);
        double[][][] gradients = Gradients(program);
        int groups = Math.Min(2, program.Parameters.Length);
        int[] groupOf = [.. Enumerable.Range(0, program.Parameters.Length).Select(parameter => parameter % groups)];

        // Half of what is typical of a group, so that some units are clipped in one group and not in another.
        double[] norms = [.. Enumerable.Range(0, groups).Select(group => Math.Max(1e-3, (0.5 + group) * Enumerable.Range(0, Units).Average(unit => Norm(gradients[unit], groupOf, group))))];
        Computation clipped = program.Trace().PerExample("example", Units, program.Parameters.Length).ClipGroups(groupOf, norms).Sum();

        AssertEqual(program, clipped, gradients, (unit, parameter) => Math.Min(1, norms[groupOf[parameter]] / Norm(gradients[unit], groupOf, groupOf[parameter])));
        AssertInside(program, clipped, results =>
        {
            for (int group = 0; group < groups; group++)
            {
                Assert.InRange(Norm(Double(results), groupOf, group), 0, norms[group] * (1 + 1e-6));
            }

            Assert.InRange(Norm(Double(results)), 0, Math.Sqrt(norms.Sum(norm => norm * norm)) * (1 + 1e-6));
        });
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Normalised_contributions_are_shorter_than_the_norm_and_sums_equal_a_loop(string name)
    {
        const double norm = 0.3;
        UnitProgram program = UnitPrograms.Find(name);
        double[][][] gradients = Gradients(program);
        Computation clipped = program.Trace().PerExample("example", Units, program.Parameters.Length).Normalize(norm, Stabilizer).Sum();

        AssertEqual(program, clipped, gradients, (unit, _) => norm / (Norm(gradients[unit]) + Stabilizer));
        AssertInside(program, clipped, results => Assert.True(Norm(Double(results)) <= norm));
    }

    [Fact]
    public void A_unit_that_is_not_finite_contributes_zero_under_every_rule()
    {
        Computation unit = Computation.Trace([new Shape(3), new Shape(2), new Shape(3), new Shape(2)], x => (x[0] * x[2]).Sum() + (x[1] * x[3]).Sum());
        foreach (PerExampleGradients rule in (PerExampleGradients[])
            [
                unit.PerExample("example", 2, 2).Clip(1), unit.PerExample("example", 2, 2).ClipGroups([0, 1], [1, 1]),
                unit.PerExample("example", 2, 2).Normalize(1), unit.PerExample("example", 2, 2).ClipToArgument(),
            ])
        {
            Computation sum = rule.Sum();
            using CompiledFunction compiled = Compiler.Compile(sum, _device);
            List<float[]> arguments = [[1, 1, 1], [1, 1], [1, 2, 3, float.NaN, 0, 0], [4, 5, 6, 7], [1, 1]];
            if (sum.Inputs.Count == 6)
            {
                arguments.Add([1]);
            }

            float[][] both = compiled.Run(arguments.ToArray());
            arguments[4] = [1, 0];
            float[][] alone = compiled.Run(arguments.ToArray());

            Assert.Equal(alone[0], both[0]);
            Assert.Equal(alone[1], both[1]);
            Assert.Equal((2f, 1f), (both[3][0], both[^1][0]));
            Assert.All(both[0], value => Assert.True(value > 0));
        }
    }

    [Fact]
    public void A_gradient_of_zero_stays_zero_when_normalised()
    {
        Computation unit = Computation.Trace([new Shape(3), new Shape(3)], x => (x[0] * x[1]).Sum());
        using CompiledFunction compiled = Compiler.Compile(unit.PerExample("example", 1, 1).Normalize(1).Sum(), _device);
        Assert.Equal(new float[3], compiled.Run([1f, 1f, 1f], new float[3], [1f])[0]);
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Computation unit = Computation.Trace([new Shape(3), new Shape(3)], x => (x[0] * x[1]).Sum());
        PerExampleGradients gradients = unit.PerExample("example", 1, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => gradients.Normalize(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => gradients.Normalize(1, 0));
        Assert.Throws<ArgumentException>(() => gradients.ClipGroups([0, 0], [1]));
        Assert.Throws<ArgumentException>(() => gradients.ClipGroups([1], [1]));
        Assert.Throws<ArgumentException>(() => gradients.ClipGroups([0], [1, 1]));
        Assert.Throws<ArgumentException>(() => gradients.ClipGroups([0], [double.NaN]));
    }

    public void Dispose() => _device.Dispose();

    /// <summary>[unit][parameter][element], in double precision.</summary>
    private static double[][][] Gradients(UnitProgram program)
    {
        Computation slope = program.Trace().Grad([.. Enumerable.Range(0, program.Parameters.Length)]);
        return [.. Enumerable.Range(0, Units).Select(unit => Interpreter.Run(slope, [.. program.ParameterValues(), .. program.UnitValues(unit)])[1..])];
    }

    private void AssertEqual(UnitProgram program, Computation clipped, double[][][] gradients, Func<int, int, double> factor)
    {
        double[] mask = [1, 0, 1, 1];
        using CompiledFunction compiled = Compiler.Compile(clipped, _device);
        float[][] actual = compiled.Run(Single(Arguments(program, mask)));
        for (int parameter = 0; parameter < program.Parameters.Length; parameter++)
        {
            double[] expected = new double[program.Parameters[parameter].Count];
            for (int unit = 0; unit < Units; unit++)
            {
                for (int i = 0; i < expected.Length; i++)
                {
                    expected[i] += mask[unit] * factor(unit, parameter) * gradients[unit][parameter][i];
                }
            }

            // Norms from factors carry their rounding, up to some 1e-5 of them for programs this small.
            Assert.InRange(Numeric.RelativeError(Double(actual)[parameter], expected), 0, 1e-4);
        }
    }

    /// <summary>Each unit alone: its contribution is then the whole sum.</summary>
    private void AssertInside(UnitProgram program, Computation clipped, Action<float[][]> assert)
    {
        using CompiledFunction compiled = Compiler.Compile(clipped, _device);
        for (int unit = 0; unit < Units; unit++)
        {
            double[] mask = new double[Units];
            mask[unit] = 1;
            assert(compiled.Run(Single(Arguments(program, mask)))[..program.Parameters.Length]);
        }
    }

    private static double[][] Arguments(UnitProgram program, double[] mask) =>
        PerExampleOracle.Arguments(program, [.. Enumerable.Range(0, Units).Select(unit => program.UnitValues(unit))], mask);

    private static double Norm(double[][] tensors, int[]? groupOf = null, int group = 0) =>
        Math.Sqrt(tensors.Where((_, parameter) => groupOf is null || groupOf[parameter] == group).Sum(tensor => tensor.Sum(value => value * value)));

    private static float[][] Single(double[][] values) => [.. values.Select(row => row.Select(value => (float)value).ToArray())];

    private static double[][] Double(float[][] values) => [.. values.Select(row => row.Select(value => (double)value).ToArray())];
}

using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Spec;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Transforms;

public sealed class PerExampleTests
{
    private const int Units = 5;

    public static TheoryData<string, string> ProgramsAndForms
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (UnitProgram program in UnitPrograms.All)
            {
                foreach (string form in Enum.GetNames<PerExampleForm>())
                {
                    cases.Add(program.Name, form);
                }
            }

            return cases;
        }
    }

    public static TheoryData<string> Contracting => [.. UnitPrograms.All.Where(program => program.Contracts).Select(program => program.Name)];

    [Theory]
    [MemberData(nameof(ProgramsAndForms))]
    public void Clipped_sums_equal_a_loop_over_units(string name, string form)
    {
        UnitProgram program = UnitPrograms.Find(name);
        double[][][] units = [.. Enumerable.Range(0, Units).Select(unit => program.UnitValues(unit))];
        double[] mask = [1, 1, 0, 1, 1];

        // Some units are clipped and some are not; none is at the edge.
        double median = PerExampleOracle.Run(program, units, mask, null).Norms.Order().Skip(1).Take(3).Average();
        var (sums, values, counts, norms) = PerExampleOracle.Run(program, units, mask, median);
        double[][] actual = Interpreter.Run(PerExample.Of(program.Trace(), Options(program, form, median)), PerExampleOracle.Arguments(program, units, mask));

        AssertEqual(sums, actual[..sums.Length]);
        AssertEqual([.. values.Select(value => new[] { value }), .. counts.Select(count => new[] { count }), norms], actual[sums.Length..]);
        Assert.True(counts[1] > 0 && counts[1] < counts[0]);
    }

    [Fact]
    public void Clipped_sums_of_random_programs_equal_a_loop_over_units()
    {
        for (int number = 0; number < 40; number++)
        {
            UnitProgram program = RandomUnitPrograms.Make(number);
            double[][][] units = [.. Enumerable.Range(0, Units).Select(unit => program.UnitValues(unit, number))];
            double[] mask = [1, 1, 1, 0, 1];
            double norm = PerExampleOracle.Run(program, units, mask, null).Norms.Average() * 0.9;
            var (sums, values, counts, norms) = PerExampleOracle.Run(program, units, mask, norm);
            double[][] expected = [.. sums, .. values.Select(value => new[] { value }), .. counts.Select(count => new[] { count }), norms];
            foreach (string form in Enum.GetNames<PerExampleForm>())
            {
                AssertEqual(expected, Interpreter.Run(PerExample.Of(program.Trace(), Options(program, form, norm)), PerExampleOracle.Arguments(program, units, mask)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(ProgramsAndForms))]
    public void Sums_without_clip_equal_a_loop_over_units(string name, string form)
    {
        UnitProgram program = UnitPrograms.Find(name);
        double[][][] units = [.. Enumerable.Range(0, Units).Select(unit => program.UnitValues(unit, 5))];
        double[] mask = [1, 0, 1, 1, 1];
        var (sums, values, counts, _) = PerExampleOracle.Run(program, units, mask, null);
        double[][] actual = Interpreter.Run(PerExample.Of(program.Trace(), Options(program, form, null)), PerExampleOracle.Arguments(program, units, mask));
        AssertEqual([.. sums, .. values.Select(value => new[] { value }), .. counts.Select(count => new[] { count })], actual);
    }

    [Theory]
    [MemberData(nameof(ProgramsAndForms))]
    public void A_unit_that_is_not_finite_and_padding_of_NaN_leave_no_trace(string name, string form)
    {
        UnitProgram program = UnitPrograms.Find(name);
        double[][][] units = [.. Enumerable.Range(0, Units).Select(unit => program.UnitValues(unit))];
        units[1] = Spoil(program, units[1], double.NaN);
        units[3] = Spoil(program, units[3], double.PositiveInfinity);
        double[] mask = [1, 0, 1, 1, 1];
        var (sums, values, _, _) = PerExampleOracle.Run(program, units, mask, 0.1);
        double[][] actual = Interpreter.Run(PerExample.Of(program.Trace(), Options(program, form, 0.1)), PerExampleOracle.Arguments(program, units, mask));
        AssertEqual([.. sums, .. values.Select(value => new[] { value }), [4], [actual[sums.Length + values.Length + 1][0]], [1]], actual[..^1]);
        Assert.All(actual[..^1], result => Assert.All(result, value => Assert.True(double.IsFinite(value))));
    }

    [Theory]
    [MemberData(nameof(Contracting))]
    public void A_contraction_is_summed_without_forming_the_gradient_of_any_unit(string name)
    {
        UnitProgram program = UnitPrograms.Find(name);
        const int many = 41; // no other axis has this size
        HashSet<Shape> formed = [.. program.Parameters.Where(shape => shape.Rank > 1).Select(shape => shape.Insert(0, many))];
        Computation contracted = PerExample.Of(program.Trace(), Options(program, nameof(PerExampleForm.Contracted), 1) with { Units = new Axis(many) });
        Assert.DoesNotContain(WithBodies(contracted), node => formed.Contains(node.Shape) && node.Op.Name != "broadcast");
        Computation summed = PerExample.Of(program.Trace(), Options(program, nameof(PerExampleForm.Cheapest), null) with { Units = new Axis(many) });
        Assert.DoesNotContain(WithBodies(summed), node => formed.Contains(node.Shape) && node.Op.Name != "broadcast");
    }

    [Fact]
    public void The_fluent_form_takes_the_clip_norm_as_a_constant_or_as_an_argument()
    {
        UnitProgram program = UnitPrograms.Find("dense layers");
        double[][][] units = [.. Enumerable.Range(0, Units).Select(unit => program.UnitValues(unit))];
        double[] mask = [1, 1, 1, 1, 1];
        double[][] arguments = PerExampleOracle.Arguments(program, units, mask);
        PerExampleGradients gradients = program.Trace().PerExample("example", Units, program.Parameters.Length);
        double[][] constant = Interpreter.Run(gradients.Clip(0.25).Sum(), arguments);
        double[][] argument = Interpreter.Run(gradients.ClipToArgument().Sum(), [.. arguments, [0.25]]);
        Assert.Equal(constant, argument);
        var (sums, _, _, _) = PerExampleOracle.Run(program, units, mask, 0.25);

        // Single precision's bound is in the norms, so the factors are a little smaller than exact ones.
        for (int i = 0; i < sums.Length; i++)
        {
            Assert.InRange(Numeric.RelativeError(constant[i], sums[i]), 0, 1e-5);
        }
    }

    [Fact]
    public void A_unit_whose_gradient_is_zero_divides_nothing_by_zero()
    {
        Computation unit = Computation.Trace([new(3, 2), new(1, 3)], x => x[1].MatMul(x[0]).Square().Sum());
        double[][] results = Interpreter.Run(unit.PerExample("example", 2, 1).Clip(1).Sum(), [1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0], [1, 1]);
        Assert.All(results[0], value => Assert.Equal(0, value));
        Assert.Equal([2], results[2]);
        Assert.Equal([0], results[3]);
        Assert.Equal([0], results[4]);
    }

    [Fact]
    public void An_objective_that_is_no_scalar_is_refused_with_the_users_line()
    {
        Computation unit = Computation.Trace([new(3), new(3)], x => x[0] * x[1]);
        ShapeException error = Assert.Throws<ShapeException>(() => unit.PerExample("example", 2, 1).Clip(1).Sum());
        Assert.Contains("PerExampleTests.cs", error.Message, StringComparison.Ordinal);
        Assert.Contains("example", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_clip_norm_that_bounds_nothing_is_refused(double norm)
    {
        Computation unit = Computation.Trace([new(3), new(3)], x => (x[0] * x[1]).Sum());
        Assert.Throws<ArgumentOutOfRangeException>(() => unit.PerExample("example", 2, 1).Clip(norm));
    }

    /// <summary>All nodes, those inside of scans too.</summary>
    private static IEnumerable<Node> WithBodies(Computation computation) =>
        computation.Reachable().SelectMany(node => node.Op is ScanOp scan ? WithBodies(scan.Body).Prepend(node) : [node]);

    private static PerExampleOptions Options(UnitProgram program, string form, double? clipNorm) => new()
    {
        Units = new Axis(Units, "example"),
        Parameters = Enumerable.Range(0, program.Parameters.Length).ToEquatableArray(),
        Clip = clipNorm is null ? PerExampleClip.None : PerExampleClip.Constant,
        ClipNorm = clipNorm ?? 0,
        Rounding = PerExampleRounding.Double,
        Form = Enum.Parse<PerExampleForm>(form),
        WithNorms = clipNorm is not null,
    };

    private static double[][] Spoil(UnitProgram program, double[][] unit, double value)
    {
        double[][] spoilt = [.. unit.Select(values => (double[])values.Clone())];
        int real = Enumerable.Range(0, unit.Length).First(i => program.Rows?.ContainsKey(i) != true);
        spoilt[real][0] = value;
        return spoilt;
    }

    private static void AssertEqual(double[][] expected, double[][] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(Numeric.RelativeError(actual[i], expected[i]), 0, 1e-10);
        }
    }
}

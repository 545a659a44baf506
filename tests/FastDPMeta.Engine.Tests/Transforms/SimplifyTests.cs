using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Transforms;

public sealed class SimplifyTests
{
    // Everything is in double precision here; rules that reorder a sum move its last digits only.
    private const double Tight = 1e-11;

    public static TheoryData<string> Samples => [.. OpSamples.All.Select(sample => sample.Name)];

    public static TheoryData<string, string> Small => new()
    {
        { "add zero", "input" }, { "subtract zero", "input" }, { "zero minus", "neg" }, { "multiply one", "input" }, { "multiply minus one", "neg" },
        { "divide one", "input" }, { "negate twice", "input" }, { "negate difference", "sub" }, { "add negated", "sub" }, { "subtract negated", "add" },
        { "multiply twice", "mul" }, { "multiply negated", "mul" }, { "select decided", "input" }, { "select same", "input" }, { "max same", "input" },
        { "less same", "broadcast" }, { "mask times zero", "broadcast" }, { "fold", "broadcast" }, { "reshape back", "input" }, { "transpose back", "input" },
        { "slice all", "input" }, { "slice of pad", "input" }, { "slice of padding", "broadcast" }, { "pad nothing", "input" },
        { "second part of a concatenation", "input" }, { "sum of zeros", "constant" }, { "sum of sum", "sum" }, { "stop gradient", "input" },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void Simplified_samples_and_their_derivatives_have_the_same_values(string name)
    {
        OpSample sample = OpSamples.All.Single(item => item.Name == name);
        int[] reals = [.. Enumerable.Range(0, sample.Shapes.Length).Where(index => sample.WholeNumbers?.ContainsKey(index) != true)];
        Computation loss = Computation.Trace(sample.Shapes, inputs => sample.Function(inputs).Square().Sum());
        Computation gradient = loss.Grad(reals);
        Computation second = Computation.Trace(sample.Shapes, inputs => gradient.Call(inputs)[1..].Select(x => x.Square().Sum()).Aggregate((x, y) => x + y)).Grad(reals);
        AssertSame(loss, sample.Arguments());
        AssertSame(gradient, sample.Arguments());
        AssertSame(second, sample.Arguments());
        AssertSame(gradient.Vmap("row", 2), [.. sample.Arguments().Select(values => values.Concat(values).ToArray())]);
    }

    [Fact]
    public void Simplified_random_programs_and_their_derivatives_have_the_same_values()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            Computation program = RandomPrograms.Create(seed);
            AssertSame(program, RandomPrograms.Arguments(seed));
            AssertSame(program.Grad(), RandomPrograms.Arguments(seed));
        }
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void A_rule_leaves_the_simplest_form(string name, string expected)
    {
        Shape shape = new(3, 4);
        Computation before = Computation.Trace([shape, shape], x => name switch
        {
            "add zero" => 0.0 + x[0],
            "subtract zero" => x[0] - 0.0,
            "zero minus" => 0.0 - x[0],
            "multiply one" => 1.0 * x[0],
            "multiply minus one" => x[0] * -1.0,
            "divide one" => x[0] / 1.0,
            "negate twice" => -(-x[0]),
            "negate difference" => -(x[0] - x[1]),
            "add negated" => -x[0] + x[1],
            "subtract negated" => x[0] - (-x[1]),
            "multiply twice" => x[0] * 3.0 * 4.0,
            "multiply negated" => -x[0] * 4.0,
            "select decided" => Tensor.Select(x[0].Fill(1), x[0], x[1]),
            "select same" => Tensor.Select(x[1], x[0], x[0]),
            "max same" => Tensor.Max(x[0], x[0]),
            "less same" => x[0] < x[0],
            "mask times zero" => (x[0] < x[1]) * 0.0,
            "fold" => x[0].Fill(2) * x[0].Fill(3).Exp(),
            "reshape back" => x[0].Reshape(12).Reshape(2, 6).Reshape(shape),
            "transpose back" => x[0].Transpose(1, 0).Transpose(1, 0),
            "slice all" => x[0].Slice(0, 0, 3),
            "slice of pad" => x[0].Pad(1, 2, 3).Slice(1, 2, 4),
            "slice of padding" => x[0].Pad(1, 2, 3, 7).Slice(1, 6, 2),
            "pad nothing" => x[0].Add(new PadOp([0, 0], [0, 0], 1)),
            "second part of a concatenation" => Tensor.Concatenate(0, x[1], x[0], x[1]).Slice(0, 3, 3),
            "sum of zeros" => x[0].Fill(0).Sum(),
            "sum of sum" => x[0].Sum(0).Sum(0),
            _ => x[0].StopGradient(),
        });
        Computation after = Simplify.Of(before, final: true);
        Assert.Equal(expected, after.Outputs[0].Node.Op.Name);
        Assert.True(after.Reachable().Count <= 2 + (expected == "input" ? 0 : 3), after.ToString());
        AssertSame(before, [.. Enumerable.Range(0, 2).Select(i => Enumerable.Range(0, 12).Select(j => Math.Sin(i + (2.3 * j))).ToArray())]);
    }

    [Fact]
    public void Zero_times_an_unknown_stays_because_it_may_be_infinite()
    {
        Computation product = Simplify.Of(Computation.Trace([new(2)], x => x[0] * 0.0), final: true);
        Assert.Equal([double.NaN, 0], Interpreter.Run(product, [double.PositiveInfinity, 3])[0]);
    }

    [Fact]
    public void A_sum_over_a_batch_of_products_becomes_one_product()
    {
        Computation loss = Computation.Trace([new(5, 8, 3), new(3, 2)], x => x[0].MatMul(x[1]).Tanh().Sum());
        Computation gradient = Simplify.Of(loss.Grad(1), final: true);
        Assert.Equal("matmul", gradient.Outputs[1].Node.Op.Name);
        Assert.All(gradient.Reachable().Where(node => node.Op is MatMulOp).Skip(1), node => Assert.Equal(2, node.Shape.Rank));
    }

    [Fact]
    public void A_map_of_repeated_values_is_computed_once()
    {
        Computation program = Simplify.Of(Computation.Trace([new(3), new(3)], x => (x[0].BroadcastAt(0, 50) * x[1].BroadcastAt(0, 50)).Exp().Sum(0)), final: true);
        Assert.DoesNotContain(program.Reachable(), node => node.Shape.Count > 3);
    }

    [Fact]
    public void Squares_summed_under_shapes_that_differ_in_axes_of_one_element_are_computed_once()
    {
        Computation before = Computation.Trace([new(5, 3)], x =>
        {
            Tensor wide = x[0].Reshape(5, 1, 3, 1);
            return [x[0].Square().Sum(1), wide.Square().Sum(2).Reshape(5), (wide * 2.0).Square().Sum(1, 2, 3)];
        });
        Computation after = Simplify.Of(before, final: true);
        Assert.Same(after.Outputs[0].Node, after.Outputs[1].Node);
        Assert.Equal(2, after.Reachable().Count(node => node.Op is SumOp));
        AssertSame(before, [[.. Enumerable.Range(0, 15).Select(i => Math.Sin(i))]]);
    }

    [Fact]
    public void A_scan_loses_what_nobody_reads()
    {
        Computation program = Simplify.Of(Computation.Trace([new(3), new(3), new(5, 3), new(5, 3)], x => Scan.Run(
            [x[0], x[1]], [x[2], x[3]], [], (carry, item, _) => ([(carry[0] * 0.5) + item[0], carry[1] * item[1]], [carry[0].Tanh(), carry[1].Exp()])).Results[0]));
        ScanOp scan = (ScanOp)program.Reachable().Single(node => node.Op is ScanOp).Op;
        Assert.Equal((1, 1, 1), (scan.Carries, scan.Sequences, scan.Results));
    }

    [Fact]
    public void Stop_gradients_stay_while_a_derivative_may_follow()
    {
        Computation program = Simplify.Of(Computation.Trace([new(3)], x => (x[0].Exp().StopGradient() * x[0]).Sum()));
        double[] x = [0.3, -1, 2];
        Assert.Equal(x.Select(Math.Exp), Interpreter.Run(program.Grad(), x)[1]);
    }

    [Fact]
    public void Five_steps_of_second_order_adaptation_of_four_layers_stay_below_a_bound()
    {
        Computation meta = Simplify.Of(Networks.MetaLoss(widths: [1, 40, 40, 40, 1], examples: 10, steps: 5).Grad(0, 1, 2, 3, 4, 5, 6, 7), final: true);

        // Measured: 888 nodes as traced, 822 simplified; the bound leaves a tenth.
        Assert.InRange(meta.Reachable().Count, 1, 900);
    }

    private static void AssertSame(Computation before, double[][] arguments)
    {
        foreach (bool final in new[] { false, true })
        {
            Computation after = Simplify.Of(before, final);
            double[][] expected = Interpreter.Run(before, arguments);
            double[][] actual = Interpreter.Run(after, arguments);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(before.Outputs[i].Shape, after.Outputs[i].Shape);
                double error = Numeric.RelativeError(actual[i], expected[i]);
                Assert.True(error <= Tight, $"Result {i} differs by {error:G3}.\n{before}\n\n{after}");
            }
        }
    }
}

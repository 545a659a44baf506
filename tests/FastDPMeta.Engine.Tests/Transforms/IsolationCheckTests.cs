using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Transforms;

public sealed class IsolationCheckTests
{
    private const int Rows = 6;

    public static TheoryData<string> Samples => [.. OpSamples.All.Select(sample => sample.Name)];

    public static TheoryData<string> Programs => [.. UnitPrograms.All.Select(program => program.Name)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_batched_op_and_its_derivatives_keep_rows_apart(string name)
    {
        OpSample sample = OpSamples.All.Single(candidate => candidate.Name == name);
        Computation unit = Computation.Trace(sample.Shapes, inputs => sample.Function(inputs).Square().Sum());
        int[] reals = [.. Enumerable.Range(0, sample.Shapes.Length).Where(index => sample.WholeNumbers?.ContainsKey(index) != true)];
        for (int subset = 1; subset < 1 << sample.Shapes.Length; subset++)
        {
            bool[] batched = [.. Enumerable.Range(0, sample.Shapes.Length).Select(index => ((subset >> index) & 1) == 1)];
            int?[] axes = [.. batched.Select(flag => flag ? 0 : (int?)null)];
            Computation rows = unit.Grad(reals).Vmap("row", Rows, batched);
            IReadOnlyList<RowDependence> found = IsolationCheck.Verify(rows, "row", axes);
            Assert.DoesNotContain(found, dependence => dependence is RowDependence.ClippedSum or RowDependence.UnboundedSum);
        }
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Clipped_sums_are_accepted_and_nothing_else_that_sees_all_units(string name)
    {
        UnitProgram program = UnitPrograms.Find(name);
        int parameters = program.Parameters.Length;
        Computation unit = program.Trace();
        int?[] axes = [.. Enumerable.Repeat((int?)null, parameters), .. Enumerable.Repeat((int?)0, program.Data.Length + 1)];
        int[] reports = [.. Enumerable.Range(parameters, unit.Outputs.Count + 3)];
        foreach (PerExampleForm form in Enum.GetValues<PerExampleForm>())
        {
            PerExampleOptions options = new()
            {
                Units = new Axis(Rows, "example"),
                Parameters = [.. Enumerable.Range(0, parameters)],
                Clip = PerExampleClip.Constant,
                ClipNorm = 1,
                Form = form,
            };
            IReadOnlyList<RowDependence> found = IsolationCheck.Verify(PerExample.Of(unit, options), "example", axes, reports);
            Assert.All(found.Take(parameters), dependence => Assert.True(dependence is RowDependence.ClippedSum or RowDependence.None));
            Assert.Equal(RowDependence.UnboundedSum, found[parameters]);

            // Without the clip the same sums bound nobody's influence.
            Computation plain = PerExample.Of(unit, options with { Clip = PerExampleClip.None });
            Assert.Throws<IsolationException>(() => IsolationCheck.Verify(plain, "example", axes, reports));
        }
    }

    [Fact]
    public void A_mean_over_examples_is_no_result_to_release() =>
        Refused("sum [0]", [new(Rows, 3)], x => x[0].Mean(0));

    [Fact]
    public void Batch_normalisation_is_refused_and_the_message_names_the_op_the_line_and_what_to_do()
    {
        string message = Refused("sub", [new(Rows, 3)], x => (x[0] - x[0].Mean(0)) * 2.0);
        Assert.Contains("sum [0]", message, StringComparison.Ordinal);
        Assert.Contains("example 6, 3", message, StringComparison.Ordinal);
        Assert.Contains("GroupNorm", message, StringComparison.Ordinal);
        Assert.Contains("IsolationCheckTests.cs:", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Normalisation_inside_each_example_is_accepted() => Accepted([new(Rows, 8)], x =>
    {
        Tensor groups = x[0].Reshape(Rows * 2, 4);
        Tensor centred = groups - groups.Mean(1).BroadcastAt(1, 4);
        return (centred * (centred.Square().Mean(1) + 1e-5).Rsqrt().BroadcastAt(1, 4)).Reshape(Rows, 8);
    });

    [Fact]
    public void Softmax_over_examples_is_refused() => Refused("div", [new(Rows, 3)], x => x[0].Exp() / x[0].Exp().Sum(0));

    [Fact]
    public void Softmax_over_classes_is_accepted() => Accepted([new(Rows, 3)], x => x[0].Exp() / x[0].Exp().Sum(1).BroadcastAt(1, 3));

    [Fact]
    public void The_largest_of_all_examples_is_refused() => Refused("maxOver", [new(Rows, 3)], x => x[0].MaxOver(0));

    [Fact]
    public void A_permutation_of_rows_by_blocks_is_refused() =>
        Refused("slice", [new(Rows, 3)], x => Tensor.Concatenate(0, x[0].Slice(0, 3, 3), x[0].Slice(0, 0, 3)));

    [Fact]
    public void A_permutation_of_rows_by_a_matrix_is_refused() => Refused("matmul", [new(Rows, 3)], x =>
        x[0].Literal(new Shape(Rows, Rows), [.. Enumerable.Range(0, Rows * Rows).Select(i => i / Rows == Rows - 1 - (i % Rows) ? 1f : 0f)]).MatMul(x[0]));

    [Fact]
    public void Looking_examples_up_by_number_is_refused() => Refused("gather", [new(Rows, 3)], x => x[0].Gather(x[0].Iota(Rows)));

    [Fact]
    public void Looking_up_a_shared_table_is_accepted() =>
        Assert.Equal([RowDependence.OwnRow], IsolationCheck.Verify(Computation.Trace([new(9, 3), new(Rows)], x => x[0].Gather(x[1])), "example", [null, 0]));

    [Fact]
    public void A_running_sum_over_examples_is_refused() => Refused("scan", [new(Rows, 3)], x => Scan.Run(
        [x[0].Constant(0).BroadcastTo(new Shape(3))], x, [], (carry, item, _) => ([carry[0] + item[0]], [carry[0]])).Results[0]);

    [Fact]
    public void A_running_sum_inside_each_example_is_accepted() => Accepted([new(Rows, 4, 3)], x => Scan.Run(
        [x[0].Constant(0).BroadcastTo(new Shape(Rows, 3))], [x[0].MoveAxis(0, 1)], [], (carry, item, _) => ([carry[0] + item[0]], [carry[0]])).Results[0].MoveAxis(1, 0));

    [Fact]
    public void Examples_mixed_inside_a_step_of_a_recurrence_are_refused() => Refused("sub", [new(4, Rows, 3)], 1, x => Scan.Run(
        [x[0].Constant(0).BroadcastTo(new Shape(Rows, 3))], x, [], (carry, item, _) => ([carry[0] + item[0] - item[0].Mean(0)], [carry[0]])).Results[0]);

    [Fact]
    public void Similarity_of_all_pairs_is_refused() => Refused("matmul", [new(Rows, 3)], x => x[0].MatMul(x[0].SwapLast()));

    [Fact]
    public void Differences_of_all_pairs_are_refused() => Refused("sub", [new(Rows, 3)], x => x[0].BroadcastAt(0, Rows) - x[0].BroadcastAt(1, Rows));

    [Fact]
    public void Windows_over_examples_are_refused() => Refused("unfold", [new(Rows, 3)], x => x[0].Unfold(0, 2));

    [Fact]
    public void A_reshape_that_splits_the_axis_is_refused() => Refused("reshape", [new(Rows, 3)], x => x[0].Reshape(3, Rows));

    [Fact]
    public void A_reshape_that_joins_axes_and_parts_them_again_is_accepted() =>
        Accepted([new(2, Rows, 4)], 1, x => x[0].Reshape(2 * Rows, 2, 2).Transpose(1, 0, 2).Tanh().Transpose(1, 0, 2).Reshape(2, Rows * 4).Reshape(2, Rows, 4));

    [Fact]
    public void A_clip_does_not_hold_for_what_is_made_of_clipped_rows() => Refused("sum [0]", [new(Rows, 3)], x =>
        (new Tensor(x[0].Graph.Add(new Ops.StopGradientOp(Bounded: true), x[0].Node)) * 100.0).Sum(0));

    private static void Accepted(Shape[] shapes, Func<Tensor[], Tensor> function) => Accepted(shapes, 0, function);

    private static void Accepted(Shape[] shapes, int axis, Func<Tensor[], Tensor> function) =>
        Assert.Equal([RowDependence.OwnRow], IsolationCheck.Verify(Computation.Trace(shapes, function), "example", [axis]));

    private static string Refused(string op, Shape[] shapes, Func<Tensor[], Tensor> function) => Refused(op, shapes, 0, function);

    private static string Refused(string op, Shape[] shapes, int axis, Func<Tensor[], Tensor> function)
    {
        Computation computation = Computation.Trace(shapes, function);
        IsolationException error = Assert.Throws<IsolationException>(() => IsolationCheck.Verify(computation, "example", [axis]));
        Assert.Contains(op, error.Message, StringComparison.Ordinal);
        Assert.Contains("IsolationCheckTests.cs", error.Message, StringComparison.Ordinal);
        return error.Message;
    }
}

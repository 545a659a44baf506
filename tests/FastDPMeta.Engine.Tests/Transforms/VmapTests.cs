using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Transforms;

public sealed class VmapTests
{
    private const int Rows = 3;

    public static TheoryData<string> Samples => [.. OpSamples.All.Select(sample => sample.Name)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Batching_any_of_the_arguments_equals_a_loop_over_rows(string name)
    {
        OpSample sample = Find(name);
        Computation unit = Computation.Trace(sample.Shapes, sample.Function);
        foreach (bool[] batched in Subsets(sample.Shapes.Length))
        {
            AssertEqualsLoop(unit, unit.Vmap("row", Rows, batched), sample, batched);
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Batched_gradients_equal_a_loop_over_rows(string name)
    {
        OpSample sample = Find(name);
        Computation slope = Scalar(sample).Grad(Reals(sample));
        foreach (bool[] batched in Subsets(sample.Shapes.Length))
        {
            AssertEqualsLoop(slope, slope.Vmap("row", Rows, batched), sample, batched);
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void The_gradient_of_a_batch_is_the_batch_of_gradients(string name)
    {
        OpSample sample = Find(name);
        Computation unit = Scalar(sample);
        int[] reals = Reals(sample);
        Computation batch = unit.Vmap("row", Rows);
        Computation total = Computation.Trace([.. batch.Inputs.Select(input => input.Shape)], inputs => batch.Call(inputs)[0].Sum());
        double[][] arguments = Stacked(sample, [.. Enumerable.Repeat(true, sample.Shapes.Length)]);
        double[][] ofBatch = Interpreter.Run(total.Grad(reals), arguments)[1..];
        double[][] ofUnits = Interpreter.Run(unit.Grad(reals).Vmap("row", Rows), arguments)[1..];
        for (int i = 0; i < reals.Length; i++)
        {
            Assert.InRange(Numeric.RelativeError(ofBatch[i], ofUnits[i]), 0, 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_batch_of_batches_equals_a_loop_over_both(string name)
    {
        OpSample sample = Find(name);
        Computation unit = Computation.Trace(sample.Shapes, sample.Function);
        bool[] all = [.. Enumerable.Repeat(true, sample.Shapes.Length)];

        // Inner batch over the first argument only, outer batch over everything.
        bool[] first = [.. all.Select((_, index) => index == 0)];
        Computation inner = unit.Vmap("inner", 2, first);
        Computation nested = inner.Vmap("outer", Rows);
        double[][][] rows = [.. Enumerable.Range(0, Rows).Select(row => Moved(sample, row))];
        double[][] arguments = [.. Enumerable.Range(0, all.Length).Select(i => rows.SelectMany(row => i == 0 ? [.. row[0], .. Moved(sample, 7)[0]] : row[i]).ToArray())];
        double[] expected = [.. rows.SelectMany(row => (double[])
        [
            .. Interpreter.Run(unit, row)[0],
            .. Interpreter.Run(unit, [Moved(sample, 7)[0], .. row[1..]])[0],
        ])];
        Assert.InRange(Numeric.RelativeError(Interpreter.Run(nested, arguments)[0], expected), 0, 1e-12);
    }

    [Fact]
    public void A_shared_matrix_is_multiplied_once_for_all_rows_and_differentiated_in_one_product()
    {
        Computation unit = Computation.Trace([new(4, 5), new(3, 4)], x => x[1].MatMul(x[0]).Tanh().Sum());
        Computation batch = unit.Vmap("row", 29, false, true);
        Computation slope = Computation.Trace([new(4, 5), new(29, 3, 4)], x => batch.Call(x)[0].Sum()).Grad(0);
        Assert.DoesNotContain(slope.Reachable(), node => node.Shape.Equals(new Shape(29, 4, 5)));
    }

    private static OpSample Find(string name) => OpSamples.All.Single(sample => sample.Name == name);

    private static int[] Reals(OpSample sample) =>
        [.. Enumerable.Range(0, sample.Shapes.Length).Where(index => sample.WholeNumbers?.ContainsKey(index) != true)];

    private static Computation Scalar(OpSample sample) => Computation.Trace(sample.Shapes, inputs => sample.Function(inputs).Square().Sum());

    private static IEnumerable<bool[]> Subsets(int count) =>
        Enumerable.Range(1, (1 << count) - 1).Select(subset => Enumerable.Range(0, count).Select(index => ((subset >> index) & 1) == 1).ToArray());

    /// <summary>The sample's arguments, a little different in every row.</summary>
    private static double[][] Moved(OpSample sample, int row) => [.. sample.Arguments().Select((values, index) =>
        sample.WholeNumbers?.TryGetValue(index, out int count) == true
            ? values.Select(value => count > 100 ? value : (value + row) % count).ToArray()
            : values.Select(value => value * (1 + (0.03 * row))).ToArray())];

    private static double[][] Stacked(OpSample sample, bool[] batched) => [.. Enumerable.Range(0, batched.Length).Select(index => batched[index]
        ? Enumerable.Range(0, Rows).SelectMany(row => Moved(sample, row)[index]).ToArray()
        : Moved(sample, 0)[index])];

    private static void AssertEqualsLoop(Computation unit, Computation batch, OpSample sample, bool[] batched)
    {
        double[][] actual = Interpreter.Run(batch, Stacked(sample, batched));
        double[][][] loop = [.. Enumerable.Range(0, Rows).Select(row => Interpreter.Run(
            unit, [.. Moved(sample, row).Select((values, index) => batched[index] ? values : Moved(sample, 0)[index])]))];
        for (int result = 0; result < actual.Length; result++)
        {
            Assert.InRange(Numeric.RelativeError(actual[result], [.. loop.SelectMany(row => row[result])]), 0, 1e-12);
        }
    }
}

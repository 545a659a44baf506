using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Tests.Nn;

public sealed class SequentialTests
{
    private static Sequential Small() => new(new Dense(3, 4, Activation.Tanh), new Dense(4, 2), new Dense(2, 2, bias: false, name: "logits"));

    [Fact]
    public void A_network_equals_its_formula()
    {
        Sequential model = new(new Dense(3, 4, Activation.Tanh), new Dense(4, 2));
        double[] w1 = Values.Walk(12), b1 = Values.Walk(4, 0.1), w2 = Values.Walk(8, 0.2), b2 = Values.Walk(2, 0.9), x = Values.Walk(3, 0.6);
        double[] actual = Interpreter.Run(model.Trace(new(3)), [w1, b1, w2, b2, x])[0];
        double[] hidden = [.. Enumerable.Range(0, 4).Select(unit => Math.Tanh(b1[unit] + Enumerable.Range(0, 3).Sum(i => x[i] * w1[(i * 4) + unit])))];
        for (int unit = 0; unit < 2; unit++)
        {
            Assert.Equal(b2[unit] + Enumerable.Range(0, 4).Sum(i => hidden[i] * w2[(i * 2) + unit]), actual[unit], 12);
        }
    }

    [Fact]
    public void Dense_over_positions_is_dense_at_each_position()
    {
        Dense dense = new(3, 2);
        double[] w = Values.Walk(6), b = Values.Walk(2), x = Values.Walk(12, 0.6);
        double[] all = Interpreter.Run(dense.Trace(new(4, 3)), [w, b, x])[0];
        double[] each = [.. Enumerable.Range(0, 4).SelectMany(i => Interpreter.Run(dense.Trace(new(3)), [w, b, x[(i * 3)..((i * 3) + 3)]])[0])];
        Assert.Equal(each, all);
    }

    [Fact]
    public void Names_are_unique_and_dotted()
    {
        Assert.Equal(["dense.weight", "dense.bias", "dense2.weight", "dense2.bias", "logits.weight"], Small().Parameters.Select(parameter => parameter.Name));
    }

    [Fact]
    public void A_layer_that_stands_twice_is_refused()
    {
        Dense shared = new(2, 2);
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Sequential(shared, shared));
        Assert.Contains("stands twice", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_size_is_refused_naming_the_layer_the_shapes_and_the_line()
    {
        Sequential model = new(new Dense(784, 64, Activation.Relu, name: "hidden"), new Dense(64, 5, name: "logits"));
        ShapeException error = Assert.Throws<ShapeException>(() => model.OutputShape(new Shape(new Axis(785, "feature"))));
        Assert.Contains("hidden: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("[feature 785]", error.Message, StringComparison.Ordinal);
        Assert.Contains("Give hidden 785 inputs.", error.Message, StringComparison.Ordinal);
        Assert.Contains("SequentialTests.cs", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_layout_is_contiguous_and_splitting_undoes_joining()
    {
        Sequential model = Small();
        Assert.Equal(16 + 10 + 4, model.ParameterCount);
        Assert.Equal([0, 12, 16, 24, 26], model.Layout.Offsets);
        double[] flat = Values.Walk(30);
        Computation round = Computation.Trace([new(30)], x => model.Layout.Join(model.Layout.Split(x[0])));
        Assert.Equal(flat, Interpreter.Run(round, flat)[0]);
        Computation third = Computation.Trace([new(30)], x => model.Layout.Split(x[0])[2]);
        Assert.Equal(flat[16..24], Interpreter.Run(third, flat)[0]);
    }

    [Fact]
    public void Initial_values_depend_on_the_seed_alone_and_biases_begin_at_zero()
    {
        Sequential model = Small();
        float[] first = model.Initialize(7);
        Assert.Equal(first, Small().Initialize(7));
        Assert.NotEqual(first, model.Initialize(8));
        Assert.All(first[12..16], value => Assert.Equal(0, value));
        Assert.All(first[..12], value => Assert.NotEqual(0, value));
    }

    [Fact]
    public void A_stream_of_randomness_can_be_given()
    {
        using RandomKey key = RandomKey.UnsafeFixed(3);
        using RandomStream one = new(key);
        using RandomStream two = new(key);
        Assert.Equal(Small().Initialize(one), Small().Initialize(two));
    }
}

using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Nn;

public sealed class LayerTests
{
    public static TheoryData<string> Activations => ["relu", "tanh", "sigmoid", "silu", "gelu", "softplus", "leakyRelu", "identity"];

    [Theory]
    [MemberData(nameof(Activations))]
    public void Activations_equal_their_formulas_and_derivatives(string name)
    {
        (Activation activation, Func<double, double> formula) = name switch
        {
            "relu" => (Activation.Relu, (Func<double, double>)(x => Math.Max(0, x))),
            "tanh" => (Activation.Tanh, Math.Tanh),
            "sigmoid" => (Activation.Sigmoid, x => 1 / (1 + Math.Exp(-x))),
            "silu" => (Activation.Silu, x => x / (1 + Math.Exp(-x))),
            "gelu" => (Activation.Gelu, x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * Math.Pow(x, 3)))))),
            "softplus" => (Activation.Softplus, x => Math.Log(1 + Math.Exp(x))),
            "leakyRelu" => (Activation.LeakyRelu(0.2), x => x > 0 ? x : 0.2 * x),
            _ => (Activation.Identity, x => x),
        };
        ActivationLayer layer = new(activation);
        Assert.Equal(name, layer.Name);
        LayerCheck.Forward(layer, new Shape(7), x => [.. x[0].Select(formula)]);
        LayerCheck.Derivatives(layer, new Shape(7));
    }

    [Fact]
    public void Softplus_neither_overflows_nor_loses_its_derivatives_at_zero()
    {
        Computation value = Computation.Trace([Shape.Scalar], x => Activation.Softplus.Apply(x[0]));
        Assert.Equal(1000, Interpreter.Run(value, [[1000]])[0][0], 9);
        Assert.Equal(0, Interpreter.Run(value, [[-1000]])[0][0], 9);
        Computation slope = Computation.Trace([Shape.Scalar], x => value.Grad().Call(x)[1]);
        Assert.Equal([0.5, 0.25], [.. Interpreter.Run(slope.Grad(), [[0]]).Select(result => result[0])]);
    }

    [Fact]
    public void Embedding_looks_rows_up()
    {
        Embedding embedding = new(5, 3);
        double[] table = Values.Walk(15);
        Assert.Equal([.. table[6..9], .. table[0..3], .. table[6..9]], Interpreter.Run(embedding.Trace(new(3)), [table, [2, 0, 2]])[0]);
        Assert.Equal(table[12..15], Interpreter.Run(embedding.Trace(Shape.Scalar), [table, [4]])[0]);
        Assert.All(Interpreter.Run(embedding.Trace(Shape.Scalar), [table, [5]])[0], value => Assert.True(double.IsNaN(value)));
        Assert.Throws<ShapeException>(() => embedding.OutputShape(new Shape(2, 2)));
    }

    [Fact]
    public void The_gradient_of_an_embedding_adds_where_tokens_repeat()
    {
        Computation loss = Computation.Trace([new(4, 2), new(3)], x => new Embedding(4, 2).Apply(x[1], x[0]).Square().Sum());
        double[][] arguments = [Values.Walk(8), [1, 3, 1]];
        Assert.InRange(Numeric.RelativeError(Interpreter.Run(loss.Grad(0), arguments)[1], Numeric.Gradient(loss, arguments, 0, 1e-3)), 0, 1e-9);
    }

    [Fact]
    public void Residual_adds_the_shortcut()
    {
        Residual block = new(new Dense(3, 3, Activation.Tanh));
        LayerCheck.Forward(block, new Shape(3), x =>
            [.. Enumerable.Range(0, 3).Select(unit => x[2][unit] + Math.Tanh(x[1][unit] + Enumerable.Range(0, 3).Sum(i => x[2][i] * x[0][(i * 3) + unit])))]);
        Residual projected = new(new Dense(3, 2), new Dense(3, 2, bias: false));
        Assert.Equal(["dense.weight", "dense.bias", "dense2.weight"], projected.Parameters.Select(parameter => parameter.Name));
        LayerCheck.Derivatives(projected, new Shape(3));
        Assert.Contains("residual: the body gives", Assert.Throws<ShapeException>(() => new Residual(new Dense(3, 2)).OutputShape(new Shape(3))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Flatten_and_reshape_keep_the_order()
    {
        Sequential model = new(new Flatten(), new ReshapeLayer(new Shape(1, 3, 2)));
        LayerCheck.Forward(model, new Shape(2, 3), x => x[0]);
        Assert.Throws<ShapeException>(() => model.OutputShape(new Shape(2, 4)));
    }

    [Fact]
    public void Examples_side_by_side_equal_a_loop_over_examples()
    {
        Sequential model = new(new Conv2d(1, 4, 3, padding: 1), new GroupNorm(2, 4), new ActivationLayer(Activation.Relu), new MaxPool2d(2), new Flatten(), new Dense(24, 2));
        Shape input = new(1, 4, 6);
        double[][] arguments = LayerCheck.Arguments(model, input);
        double[] images = Values.Walk(3 * input.Count, 0.71);
        bool[] batched = [.. arguments.Select((_, i) => i == arguments.Length - 1)];
        double[] together = Interpreter.Run(model.Trace(input).Vmap("example", 3, batched), [.. arguments[..^1], images])[0];
        double[] alone = [.. images.Chunk(input.Count).SelectMany(image => Interpreter.Run(model.Trace(input), [.. arguments[..^1], image])[0])];
        Assert.InRange(Numeric.RelativeError(together, alone), 0, 1e-14);
    }
}

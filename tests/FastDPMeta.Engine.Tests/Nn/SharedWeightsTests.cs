using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Nn;

/// <summary>Weights that stand in several places, and weights that training leaves alone.</summary>
public sealed class SharedWeightsTests
{
    [Fact]
    public void A_tied_layer_adds_no_parameters_and_its_gradient_is_the_sum_over_both_places()
    {
        Dense first = new(3, 3, Activation.Tanh);
        Sequential tied = new(first, new Tied(first), new Dense(3, 2));
        Sequential apart = new(new Dense(3, 3, Activation.Tanh), new Dense(3, 3, Activation.Tanh), new Dense(3, 2));
        Assert.Equal(["dense.weight", "dense.bias", "dense3.weight", "dense3.bias"], tied.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(20, tied.ParameterCount);

        double[][] x = LayerCheck.Arguments(tied, new Shape(3));
        double[][] one = Interpreter.Run(Scalar(tied).Grad(), x);
        double[][] two = Interpreter.Run(Scalar(apart).Grad(), [x[0], x[1], x[0], x[1], x[2], x[3], x[4]]);
        Assert.InRange(Numeric.RelativeError(one[1], [.. two[1].Zip(two[3], (a, b) => a + b)]), 0, 1e-12);
        Assert.InRange(Numeric.RelativeError(one[2], [.. two[2].Zip(two[4], (a, b) => a + b)]), 0, 1e-12);
        LayerCheck.Derivatives(tied, new Shape(3));
    }

    [Fact]
    public void An_embedding_tied_with_the_projection_stands_once_also_through_nested_layers()
    {
        Embedding embedding = new(5, 3);
        Sequential model = new(new Sequential("in", embedding, new Dense(3, 3)), new Residual(new Dense(3, 3)), new TiedProjection(embedding, bias: false));
        Assert.Single(model.Parameters, parameter => parameter.Shape.Equals(new Shape(5, 3)));
        Assert.Equal(new Shape(4, 5), model.OutputShape(new Shape(4)));
        Assert.Equal(15 + 12 + 12, model.ParameterCount);
    }

    [Fact]
    public void A_frozen_layer_computes_the_same_and_no_derivative_reaches_its_weights()
    {
        Dense inner = new(3, 4, Activation.Tanh);
        Sequential model = new(new Frozen(inner), new Dense(4, 2));
        Assert.Equal([false, false, true, true], model.Parameters.Select(parameter => parameter.Trainable));
        double[][] x = LayerCheck.Arguments(model, new Shape(3));
        double[][] slope = Interpreter.Run(Scalar(model).Grad(), x);
        double[][] free = Interpreter.Run(Scalar(new Sequential(new Dense(3, 4, Activation.Tanh), new Dense(4, 2))).Grad(), x);
        Assert.Equal(free[0], slope[0]);
        Assert.All(slope[1].Concat(slope[2]), value => Assert.Equal(0, value));
        Assert.Equal(free[3], slope[3]);
        Assert.Equal(free[5], slope[5]);
        Assert.Contains("frozen in the other", Assert.Throws<ArgumentException>(() => new Sequential(inner, new Frozen(inner))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Trainable_parameters_come_first_in_the_flat_vector()
    {
        Sequential model = new(new Frozen(new Dense(3, 4)), new Dense(4, 2));
        Assert.Equal(10, model.Layout.TrainableCount);
        Assert.Equal(26, model.Layout.Count);
        Assert.Equal([10, 22, 0, 8], model.Layout.Offsets);
        float[] values = model.Initialize(1);
        Computation both = Computation.Trace([new Shape(26)], x => model.Layout.Join(model.Layout.Split(x[0])));
        Assert.Equal(values.Select(value => (double)value), Interpreter.Run(both, [[.. values.Select(value => (double)value)]])[0]);
    }

    [Fact]
    public void A_low_rank_adaptation_begins_as_the_layer_and_learns_its_two_factors()
    {
        Dense dense = new(4, 3, Activation.Tanh);
        Lora lora = new(dense, rank: 2, alpha: 6);
        Assert.Equal(["weight", "bias", "down", "up"], lora.Parameters.Select(parameter => parameter.Name));
        Assert.Equal([false, false, true, true], lora.Parameters.Select(parameter => parameter.Trainable));
        Assert.Equal((4 * 2) + (2 * 3), lora.Layout.TrainableCount);

        double[][] x = LayerCheck.Arguments(lora, new Shape(4));
        double[] adapted = new double[12];
        for (int i = 0; i < 12; i++)
        {
            adapted[i] = x[0][i] + (3 * Enumerable.Range(0, 2).Sum(r => x[2][(i / 3 * 2) + r] * x[3][(r * 3) + (i % 3)]));
        }

        double[] expected = Interpreter.Run(dense.Trace(new Shape(4)), [adapted, x[1], x[4]])[0];
        Assert.InRange(Numeric.RelativeError(Interpreter.Run(lora.Trace(new Shape(4)), x)[0], expected), 0, 1e-12);
        x[3] = new double[6];
        Assert.Equal(Interpreter.Run(dense.Trace(new Shape(4)), [x[0], x[1], x[4]])[0], Interpreter.Run(lora.Trace(new Shape(4)), x)[0]);
        LayerCheck.Derivatives(lora, new Shape(2, 4), skip: [0, 1]);
        Assert.Contains("from 1 to 3", Assert.Throws<ArgumentException>(() => new Lora(dense, 4, 1)).Message, StringComparison.Ordinal);
    }

    private static Computation Scalar(Layer layer)
    {
        Computation model = layer.Trace(new Shape(3));
        return Computation.Trace([.. model.Inputs.Select(input => input.Shape)], x => LayerCheck.Weighted(model.Call(x)[0], 0.4));
    }
}

using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Nn;

public sealed class AttentionTests
{
    private const string File = "attention.json";

    [Fact]
    public void Self_attention_equals_PyTorchs() => TorchCases.Check(File, "plain", new MultiHeadAttention(6, 2), new Shape(4, 6));

    [Fact]
    public void Causal_attention_equals_PyTorchs() => TorchCases.Check(File, "causal", new MultiHeadAttention(4, 2, causal: true), new Shape(5, 4));

    [Fact]
    public void Attention_that_skips_padding_equals_PyTorchs()
    {
        TorchCases.Check(File, "padded", Padded(new MultiHeadAttention(4, 2), 1, 1, 0, 0), new Shape(4, 4));
        TorchCases.Check(File, "causal and padded", Padded(new MultiHeadAttention(4, 1, causal: true), 1, 1, 1, 0), new Shape(4, 4));
    }

    [Fact]
    public void Attention_to_another_sequence_equals_PyTorchs()
    {
        MultiHeadAttention attention = new(4, 2);
        FunctionLayer cross = new(attention, new Shape(3, 4), (x, w) => attention.Attend(x.Slice(0, 0, 3), x.Slice(0, 3, 5), null, null, w));
        TorchCases.Check(File, "cross", cross, new Shape(8, 4));
    }

    [Fact]
    public void Encoder_layers_equal_PyTorchs()
    {
        TorchCases.Check(File, "pre-norm gelu", new TransformerEncoderLayer(4, 2, 6), new Shape(4, 4));
        TorchCases.Check(File, "post-norm relu", new TransformerEncoderLayer(4, 2, 6, Activation.Relu, normFirst: false), new Shape(4, 4));
        TransformerEncoderLayer layer = new(4, 2, 6);
        FunctionLayer padded = new(layer, new Shape(3, 4), (x, w) => layer.Encode(x, x.Literal(new Shape(4), 1, 1, 1, 0), null, w).Slice(0, 0, 3));
        TorchCases.Check(File, "pre-norm gelu padded", padded, new Shape(4, 4));
    }

    [Fact]
    public void First_and_second_derivatives_equal_central_differences()
    {
        LayerCheck.Derivatives(new MultiHeadAttention(2, 1, causal: true), new Shape(3, 2));
        LayerCheck.Derivatives(Padded(new MultiHeadAttention(2, 2, bias: false), 1, 0, 1), new Shape(3, 2));
        LayerCheck.Derivatives(new TransformerEncoderLayer(2, 1, 2, normFirst: false), new Shape(2, 2));
        LayerCheck.Derivatives(new PositionEmbedding(3, 2), new Shape(2, 2));
        LayerCheck.Derivatives(new SinusoidalPositions(), new Shape(2, 3));
    }

    [Fact]
    public void Large_scores_do_not_overflow_and_a_query_that_may_see_nothing_gives_zero()
    {
        Computation softmax = Computation.Trace([new(2, 3), new(2, 3)], x => Attention.Softmax(x[0], x[1]));
        double[] shares = Interpreter.Run(softmax, [1e5, 1e5, -1e5, 3, 4, 5], [1, 1, 1, 0, 0, 0])[0];
        Assert.Equal([0.5, 0.5, 0, 0, 0, 0], shares);
        Computation slope = Computation.Trace([new(2, 3), new(2, 3)], x => Attention.Softmax(x[0], x[1]).Square().Sum());
        Assert.All(Interpreter.Run(slope.Grad(0), [1e5, 1e5, -1e5, 3, 4, 5], [1, 1, 1, 0, 0, 0])[1], value => Assert.Equal(0, value));
    }

    [Fact]
    public void Sinusoidal_positions_are_the_papers()
    {
        double[] table = Interpreter.Run(new SinusoidalPositions().Trace(new Shape(3, 4)), new double[12])[0];
        Assert.Equal([0, 1, 0, 1], table[..4]);
        Assert.InRange(Numeric.RelativeError(table.AsSpan(8), [Math.Sin(2), Math.Cos(2), Math.Sin(0.02), Math.Cos(0.02)]), 0, 1e-7);
    }

    [Fact]
    public void Padding_tokens_change_nothing_and_a_text_of_padding_alone_gives_zero()
    {
        TransformerEncoder model = new(vocabulary: 7, length: 5, features: 4, heads: 2, feedForward: 6, layers: 2, padding: 0);
        double[] Of(params double[] tokens)
        {
            double[][] arguments = LayerCheck.Arguments(model, new Shape(tokens.Length));
            arguments[^1] = tokens;
            return Interpreter.Run(model.Trace(new Shape(tokens.Length)), arguments)[0];
        }

        Assert.InRange(Numeric.RelativeError(Of(3, 5, 1, 0, 0), Of(3, 5, 1)), 0, 1e-12);
        Assert.True(Numeric.RelativeError(Of(3, 5, 1, 2, 0), Of(3, 5, 1)) > 1e-3);
        Assert.Equal(new double[4], Of(0, 0, 0, 0, 0));
    }

    [Fact]
    public void Shapes_and_numbers_that_do_not_fit_are_refused_in_words()
    {
        Assert.Contains("7 features, 2 heads", Assert.Throws<ArgumentException>(() => new MultiHeadAttention(7, 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultiHeadAttention(4, 2, dropout: 1));
        Assert.Contains("feature 4", Assert.Throws<ShapeException>(() => new MultiHeadAttention(4, 2).OutputShape(new Shape(3, 5))).Message, StringComparison.Ordinal);
        Assert.Contains("more positions", Assert.Throws<ShapeException>(() => new PositionEmbedding(3, 2).OutputShape(new Shape(4, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("padding 9", Assert.Throws<ArgumentException>(() => new TransformerEncoder(9, 5, 4, 2, 6, 1, padding: 9)).Message, StringComparison.Ordinal);
    }

    private static FunctionLayer Padded(MultiHeadAttention attention, params float[] present)
    {
        Shape positions = new(present.Length);
        Shape output = new(present.Length, attention.Parameters[0].Shape[0]);
        return new(attention, output, (x, w) => attention.Attend(x, x, x.Literal(positions, present), null, w));
    }
}

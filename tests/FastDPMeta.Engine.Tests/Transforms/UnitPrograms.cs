using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Transforms;

/// <summary>Programs that differ in how a parameter enters: each has its own shape of gradient.</summary>
public static class UnitPrograms
{
    public static IReadOnlyList<UnitProgram> All { get; } =
    [
        new("dense layers", [new(5, 4), new(4), new(4, 3)], [new(1, 5), new(1, 3)],
            (w, x) => [Error((x[0].MatMul(w[0]) + w[1]).Tanh().MatMul(w[2]), x[1])], Contracts: true),
        new("dense over a sequence", [new(5, 4), new(4, 5)], [new(3, 5), new(3, 5)],
            (w, x) => [Error(x[0].MatMul(w[0]).Tanh().MatMul(w[1]), x[1]), x[0].Square().Sum()], Contracts: true),
        new("dense with a batch axis of its own", [new(4, 3)], [new(2, 3, 4), new(2, 3, 3)],
            (w, x) => [Error(x[0].MatMul(w[0]).Tanh(), x[1])], Contracts: true),
        new("weights on the left", [new(4, 5)], [new(5, 2), new(4, 2)], (w, x) => [Error(w[0].MatMul(x[0]).Tanh(), x[1])], Contracts: true),
        new("tied weights", [new(4, 4)], [new(2, 4), new(2, 4)],
            (w, x) => [Error(x[0].MatMul(w[0]).Tanh().MatMul(w[0]).Tanh().MatMul(w[0]), x[1])], Contracts: true),
        new("tied and transposed", [new(5, 4)], [new(2, 5), new(2, 5)],
            (w, x) => [Error(x[0].MatMul(w[0]).Tanh().MatMul(w[0].SwapLast()), x[1])], Contracts: true),
        new("tied and scaled", [new(4, 4)], [new(2, 4), new(2, 4), new()],
            (w, x) => [Error(x[0].MatMul(w[0] * x[2]).Tanh().MatMul(-(w[0] / (x[2].Square() + 1.0))) * 0.5, x[1])]),
        new("used as matrix and element by element", [new(4, 4)], [new(2, 4), new(2, 4)],
            (w, x) => [Error(x[0].MatMul(w[0]).Tanh(), x[1]) + w[0].Square().Sum() + (w[0].Sum(0) * x[0].Sum(0)).Sum()]),
        new("convolution", [new(3, 2, 3, 3), new(3), new(12, 2)], [new(2, 4, 4), new(1, 2)],
            (w, x) => [Error((OpSamples.Convolve(x[0], w[0]) + w[1]).Tanh().Reshape(1, 12).MatMul(w[2]), x[1])]),
        new("grouped convolution", [new(2, 2, 6)], [new(2, 3, 5), new(2, 4, 2)],
            (w, x) => [Error(x[0].Unfold(2, 2).Transpose(0, 2, 1, 3).Reshape(2, 4, 6).MatMul(w[0].SwapLast()).Tanh(), x[1])], Contracts: true),
        new("embedding", [new(7, 3), new(3, 2)], [new(5), new(1, 2)],
            (w, x) => [Error(w[0].Gather(x[0]).Sum(0).Reshape(1, 3).Tanh().MatMul(w[1]), x[1])], new() { [0] = 7 }, Contracts: true),
        new("embedding tied with the output", [new(6, 3)], [new(4), new(4, 6)],
            (w, x) => [Error(w[0].Gather(x[0]).Tanh().MatMul(w[0].SwapLast()), x[1])], new() { [0] = 6 }),
        new("embedding looked up twice", [new(6, 3)], [new(4), new(3), new(4, 3)],
            (w, x) => [Error(w[0].Gather(x[0]) * w[0].Gather(x[1]).Sum(0), x[2])], new() { [0] = 6, [1] = 6 }, Contracts: true),
        new("recurrence", [new(2, 3), new(3, 3), new(3)], [new(6, 1, 2), new(1, 3)], (w, x) => [Error(Recurrent(w, x[0]), x[1])]),
        new("recurrence with one weight for all", [new(3, 3)], [new(5, 1, 3), new(1, 3)], (w, x) => [Error(Tied(w[0], x[0]), x[1])], Contracts: true),
        Of("rnn", new Rnn(3, 4, layers: 2), new(5, 3)),
        Of("gru", new Gru(3, 4), new(5, 3)),
        Of("lstm", new Lstm(3, 4, bidirectional: true), new(5, 3)),
        Of("multi-head attention", new MultiHeadAttention(4, 2, causal: true), new(5, 4)),
        Of("transformer encoder", new TransformerEncoderLayer(4, 2, 6), new(3, 4)),
        Of("positions", new Sequential(new PositionEmbedding(5, 3), new Dense(3, 2)), new(4, 3)) with { Contracts = false },
        Of("tied dense", Twice(new Dense(3, 3, Activation.Tanh)), new(4, 3)),
        Of("tied embedding", Tied(new Embedding(6, 3)), new(4)) with { Rows = new() { [0] = 6 }, Contracts = false },
        Of("residual", new Residual(new Sequential(new Conv2d(2, 4, 3, 2, 1), new GroupNorm(2, 4)), new PaddedShortcut(4, 2), activation: Activation.Relu), new(2, 5, 4))
            with { Contracts = false },
        new("layer norm", [new(4, 4), new(4), new(4)], [new(3, 4), new(3, 4)],
            (w, x) => [Error(Normalise(x[0].MatMul(w[0])) * w[1] + w[2], x[1])]),
        new("attention", [new(4, 4), new(4, 4), new(4, 4)], [new(3, 4), new(3, 4)],
            (w, x) => [Error(Attend(x[0].MatMul(w[0]), x[0].MatMul(w[1]), x[0].MatMul(w[2])), x[1])], Contracts: true),
        new("second-order inner loop", [new(3, 4), new(4, 2)], [new(5, 3), new(5, 2), new(4, 3), new(4, 2)],
            (w, x) => [Adapted(w, x, steps: 2)]),
        new("scalar and vector parameters", [new(), new(3)], [new(3)], (w, x) => [((w[0] * x[0].Sum()).Tanh() + (w[1] * x[0]).Sum()).Square()]),
        new("a parameter nothing depends on", [new(3, 2), new(4)], [new(1, 3)], (w, x) => [x[0].MatMul(w[0]).Square().Sum()]),
        new("outer product", [new(3, 2)], [new(3), new(2)], (w, x) => [(w[0] * x[0].BroadcastAt(1, 2) * x[1]).Sum().Square()]),
    ];

    public static UnitProgram Find(string name) => All.Single(program => program.Name == name);

    private static Tensor Error(Tensor actual, Tensor expected) => (actual - expected).Square().Mean();

    private static Tensor Recurrent(Tensor[] weights, Tensor sequence) => Scan.Run(
        [sequence.Constant(0).BroadcastTo(new Shape(1, 3))],
        [sequence],
        weights,
        (carry, item, w) => ([(item[0].MatMul(w[0]) + carry[0].MatMul(w[1]) + w[2]).Tanh()], [])).Carries[0];

    private static Tensor Tied(Tensor weight, Tensor sequence) => Scan.Run(
        [sequence.Constant(0).BroadcastTo(new Shape(1, 3))],
        [sequence],
        [weight],
        (carry, item, w) => ([(item[0].MatMul(w[0] * 0.5) - carry[0].MatMul(w[0]) + item[0].MatMul(w[0].SwapLast()) + (carry[0] / 2).MatMul(-w[0])).Tanh()], [])).Carries[0];

    /// <summary>A layer behind a squared error; every weight's gradient is a contraction.</summary>
    private static UnitProgram Of(string name, Layer layer, Shape input) => new(
        $"{name} layer", [.. layer.Parameters.Select(parameter => parameter.Shape)], [input, layer.OutputShape(input)],
        (w, x) => [Error(layer.Apply(x[0], w), x[1])], Contracts: true);

    private static Sequential Twice(Dense layer) => new(layer, new Tied(layer), new Tied(layer));

    private static Sequential Tied(Embedding embedding) => new(embedding, new Dense(3, 3, Activation.Tanh), new TiedProjection(embedding));

    private static Tensor Normalise(Tensor x)
    {
        Tensor centred = x - x.Mean(-1).BroadcastAt(1, 4);
        return centred * (centred.Square().Mean(-1) + 1e-3).Rsqrt().BroadcastAt(1, 4);
    }

    private static Tensor Attend(Tensor query, Tensor key, Tensor value)
    {
        Tensor weights = (query.MatMul(key.SwapLast()) * 0.5).Exp();
        return (weights / weights.Sum(-1).BroadcastAt(1, 3)).MatMul(value);
    }

    /// <summary>Model-agnostic meta-learning: the objective after gradient steps on the support set, differentiated through the steps.</summary>
    private static Tensor Adapted(Tensor[] weights, Tensor[] x, int steps)
    {
        Computation inner = Computation.Trace(
            [weights[0].Shape, weights[1].Shape, x[0].Shape, x[1].Shape], v => Error(v[2].MatMul(v[0]).Tanh().MatMul(v[1]), v[3]));
        Computation slope = inner.Grad(0, 1);
        Tensor[] fast = weights;
        for (int step = 0; step < steps; step++)
        {
            Tensor[] gradients = slope.Call(fast[0], fast[1], x[0], x[1]);
            fast = [fast[0] - (gradients[1] * 0.3), fast[1] - (gradients[2] * 0.3)];
        }

        return Error(x[2].MatMul(fast[0]).Tanh().MatMul(fast[1]), x[3]);
    }
}

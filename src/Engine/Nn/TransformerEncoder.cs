using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// A transformer's encoder over token numbers: embedding, learned positions, layers, and the mean over the tokens that are there. From [token] to
/// [feature]. Tokens with the padding's number are seen by no other and do not count in the mean; a text of padding alone gives 0.
/// </summary>
/// <remarks>Parameters: those of the members <c>embedding</c>, <c>positions</c>, <c>encoder</c>, <c>encoder2</c>, …</remarks>
public sealed class TransformerEncoder : Layer
{
    private readonly Members _members;
    private readonly TransformerEncoderLayer[] _layers;
    private readonly double _dropout;
    private readonly int? _padding;

    /// <summary>An encoder.</summary>
    /// <param name="vocabulary">How many different tokens there are, at least 1.</param>
    /// <param name="length">Most tokens of a text, at least 1.</param>
    /// <param name="features">Numbers of a position, at least 1.</param>
    /// <param name="heads">Heads of attention; divides the features.</param>
    /// <param name="feedForward">Units inside the network of a layer, at least 1.</param>
    /// <param name="layers">Number of layers, at least 1.</param>
    /// <param name="activation">Inside the network of a layer; <see cref="Activation.Gelu"/> unless given.</param>
    /// <param name="normFirst">Whether layers normalise in front, or behind their sums.</param>
    /// <param name="dropout">Probability of dropping in training, inside of layers and behind the positions.</param>
    /// <param name="padding">Number of the token that stands where there is none; null if every token counts.</param>
    /// <param name="name">Name; <c>transformer</c> unless given.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public TransformerEncoder(
        int vocabulary, int length, int features, int heads, int feedForward, int layers, Activation? activation = null, bool normFirst = true, double dropout = 0,
        int? padding = null, string name = "transformer")
        : base(name)
    {
        if (layers < 1 || padding < 0 || padding >= vocabulary)
        {
            throw new ArgumentException(
                $"{name}: layers must be at least 1, and padding one of the {vocabulary} tokens or null; got {layers} layers, padding {padding}.");
        }

        _dropout = dropout;
        _padding = padding;
        _layers = [.. Enumerable.Range(0, layers).Select(_ => new TransformerEncoderLayer(features, heads, feedForward, activation, normFirst, dropout: dropout))];
        _members = new Members(name, [new Embedding(vocabulary, features), new PositionEmbedding(length, features), .. _layers]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters => _members.Parameters;

    /// <inheritdoc/>
    public override bool UsesRandomness => _dropout > 0;

    /// <inheritdoc/>
    public override IReadOnlyList<NormKind> Norms { get; } = [NormKind.Layer];

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank != 1 || input[0] < 1)
        {
            throw Refuse($"the input must be [token] with at least one token; got {input}. Flatten it first.");
        }

        return _members.Layers[1].OutputShape(_members.Layers[0].OutputShape(input)).Remove(0);
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => Compute(input, parameters, null);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters, Randomness? randomness)
    {
        Tensor? present = _padding is { } padding ? 1.0 - Tensor.EqualTo(input, input.Fill(padding)) : null;
        Tensor rows = _members.Apply(1, _members.Apply(0, input, parameters, randomness), parameters, randomness);
        rows = Dropout.Of(rows, _dropout, randomness);
        for (int i = 0; i < _layers.Length; i++)
        {
            rows = _layers[i].Encode(rows, present, randomness, _members.Of(i + 2, parameters));
        }

        return present is { } mask
            ? mask.Reshape(1, input.Shape.Axes[0]).MatMul(rows).Reshape(rows.Shape.Remove(0)) / Tensor.Max(mask.Sum(), mask.Constant(1))
            : rows.Mean(0);
    }
}

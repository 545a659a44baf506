using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// One layer of a transformer's encoder: attention and a two-layer network at every position, each added to its input. Normalised in front
/// (<c>x + f(norm(x))</c>, Xiong et al. 2020) or behind (<c>norm(x + f(x))</c>, Vaswani et al. 2017). From [position, feature] to the same
/// shape.
/// </summary>
/// <remarks>Parameters: those of the members <c>attention</c>, <c>attentionNorm</c>, <c>hidden</c>, <c>output</c>, <c>outputNorm</c>.</remarks>
public sealed class TransformerEncoderLayer : Layer
{
    private readonly MultiHeadAttention _attention;
    private readonly Members _members;
    private readonly bool _normFirst;
    private readonly double _dropout;

    /// <summary>An encoder layer.</summary>
    /// <param name="features">Numbers of a position, at least 1.</param>
    /// <param name="heads">Heads of the attention; divides the features.</param>
    /// <param name="feedForward">Units between the two layers of the network, at least 1.</param>
    /// <param name="activation">Between them; <see cref="Activation.Gelu"/> unless given.</param>
    /// <param name="normFirst">Whether normalisations stand in front of attention and network, or behind the sums.</param>
    /// <param name="causal">Whether a position sees only itself and those in front.</param>
    /// <param name="dropout">In training, the probability of dropping a weight of attention, a hidden unit, or a number that is added to the input.</param>
    /// <param name="name">Name; <c>encoder</c> unless given.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public TransformerEncoderLayer(
        int features, int heads, int feedForward, Activation? activation = null, bool normFirst = true, bool causal = false, double dropout = 0, string name = "encoder")
        : base(name)
    {
        _attention = new MultiHeadAttention(features, heads, causal, dropout: dropout);
        _normFirst = normFirst;
        _dropout = dropout;
        _members = new Members(
            name,
            _attention,
            new LayerNorm(features, name: "attentionNorm"),
            new Dense(features, feedForward, activation ?? Activation.Gelu, name: "hidden"),
            new Dense(feedForward, features, name: "output"),
            new LayerNorm(features, name: "outputNorm"));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters => _members.Parameters;

    /// <inheritdoc/>
    public override bool UsesRandomness => _dropout > 0;

    /// <inheritdoc/>
    public override IReadOnlyList<NormKind> Norms { get; } = [NormKind.Layer];

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => _attention.OutputShape(input);

    /// <summary>The layer where some positions are padding, which no position sees; what stands at them afterwards means nothing.</summary>
    /// <param name="input">[position, feature].</param>
    /// <param name="present">[position] of 1, and 0 for padding; all are present if null.</param>
    /// <param name="randomness">Where training draws random numbers; null outside of training.</param>
    /// <param name="parameters">One tensor per entry of <see cref="Parameters"/>.</param>
    /// <exception cref="ShapeException">Shapes do not fit.</exception>
    public Tensor Encode(Tensor input, Tensor? present, Randomness? randomness, ReadOnlySpan<Tensor> parameters)
    {
        Tensor[] own = Checked(parameters);
        Tensor Norm(int member, Tensor x) => _members.Apply(member, x, own, randomness);
        Tensor Attended(Tensor x) => Dropout.Of(_attention.Attend(x, x, present, randomness, _members.Of(0, own)), _dropout, randomness);
        Tensor Network(Tensor x)
        {
            Tensor hidden = Dropout.Of(_members.Apply(2, x, own, randomness), _dropout, randomness);
            return Dropout.Of(_members.Apply(3, hidden, own, randomness), _dropout, randomness);
        }

        if (_normFirst)
        {
            Tensor middle = input + Attended(Norm(1, input));
            return middle + Network(Norm(4, middle));
        }

        Tensor attended = Norm(1, input + Attended(input));
        return Norm(4, attended + Network(attended));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => Compute(input, parameters, null);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters, Randomness? randomness) => Encode(input, null, randomness, parameters);
}

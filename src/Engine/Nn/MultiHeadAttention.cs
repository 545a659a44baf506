using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Attention with several heads (Vaswani et al. 2017, section 3.2.2): from [position, feature] to the same shape. Each head sees
/// feature/heads numbers of every position.
/// </summary>
/// <remarks>
/// Parameters: <c>queryWeight</c> [feature, feature]; <c>memoryWeight</c> [feature, 2·feature], keys in front of values; <c>outputWeight</c>
/// [feature, feature]; with biases <c>queryBias</c>, <c>memoryBias</c>, <c>outputBias</c>. PyTorch's <c>in_proj_weight</c> is the transpose of
/// queryWeight and memoryWeight side by side. Weights begin Glorot uniform, biases at 0.
/// </remarks>
public sealed class MultiHeadAttention : Layer
{
    private readonly int _features;
    private readonly int _heads;
    private readonly bool _causal;
    private readonly bool _bias;
    private readonly double _dropout;

    /// <summary>An attention layer.</summary>
    /// <param name="features">Numbers of a position, at least 1.</param>
    /// <param name="heads">Heads; divides the features.</param>
    /// <param name="causal">Whether a position sees only itself and those in front.</param>
    /// <param name="bias">Whether biases are added.</param>
    /// <param name="dropout">Probability of dropping a weight of attention in training.</param>
    /// <param name="name">Name; <c>attention</c> unless given.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public MultiHeadAttention(int features, int heads, bool causal = false, bool bias = true, double dropout = 0, string name = "attention")
        : base(name)
    {
        if (features < 1 || heads < 1 || features % heads != 0)
        {
            throw new ArgumentException($"{name}: features and heads must be at least 1 and heads divide the features; got {features} features, {heads} heads.");
        }

        Dropout.Check(dropout);
        (_features, _heads, _causal, _bias, _dropout) = (features, heads, causal, bias, dropout);
        ParameterSpec Weight(string of, int units) =>
            new($"{of}Weight", new Shape(new Axis(features, "feature"), new Axis(units, "feature")), Initializer.GlorotUniform, features, features);
        ParameterSpec Bias(string of, int units) => new($"{of}Bias", new Shape(new Axis(units, "feature")), Initializer.Zeros, features, features);
        ParameterSpec[] weights = [Weight("query", features), Weight("memory", 2 * features), Weight("output", features)];
        Parameters = bias ? [.. weights, Bias("query", features), Bias("memory", 2 * features), Bias("output", features)] : weights;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override bool UsesRandomness => _dropout > 0;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Rank == 2 && input[0] > 0 && input[1] == _features
            ? input
            : throw Refuse($"the input must be [position, feature {_features}] with at least one position; got {input}. Give {Name} as many features as the layer before has.");
    }

    /// <summary>Attention of queries to a memory: to another sequence, or to the present positions of the same one.</summary>
    /// <param name="queries">[query, feature].</param>
    /// <param name="memory">[position, feature].</param>
    /// <param name="present">[position] of 1, and 0 for padding, which no query sees; all are present unless given.</param>
    /// <param name="randomness">Where training draws random numbers; null outside of training.</param>
    /// <param name="parameters">One tensor per entry of <see cref="Parameters"/>.</param>
    /// <returns>[query, feature].</returns>
    /// <exception cref="ShapeException">Shapes do not fit, or a causal layer is given a memory of another length.</exception>
    public Tensor Attend(Tensor queries, Tensor memory, Tensor? present, Randomness? randomness, ReadOnlySpan<Tensor> parameters)
    {
        _ = OutputShape(memory.Shape);
        Shape result = OutputShape(queries.Shape);
        int count = queries.Shape[0];
        int length = memory.Shape[0];
        if (_causal && count != length)
        {
            throw Refuse($"a causal layer needs as many queries as positions; got {queries.Shape} and {memory.Shape}. Make it with causal: false.");
        }

        if (present is { } mask && !mask.Shape.Equals(new Shape(length)))
        {
            throw Refuse($"present must be [{length}], one number for each position; got {mask.Shape}.");
        }

        Tensor[] weights = Checked(parameters);
        Tensor Shifted(Tensor product, int bias) => _bias ? product + weights[bias] : product;
        int each = _features / _heads;
        Tensor query = Shifted(queries.MatMul(weights[0]), 3).Reshape(count, _heads, each).Transpose(1, 0, 2);
        Tensor pairs = Shifted(memory.MatMul(weights[1]), 4).Reshape(length, 2, _heads, each).Transpose(1, 2, 0, 3);
        Tensor Half(int number) => pairs.Slice(0, number, 1).Reshape(_heads, length, each);
        Tensor? allowed = (_causal, present) switch
        {
            (true, { } some) => Attention.Causal(memory, length) * some,
            (true, null) => Attention.Causal(memory, length),
            _ => present,
        };
        Tensor heads = Attention.Of(query, Half(0), Half(1), allowed, randomness, _dropout);
        return Shifted(heads.Transpose(1, 0, 2).Reshape(count, _features).MatMul(weights[2]), 5).Reshape(result);
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => Compute(input, parameters, null);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters, Randomness? randomness) =>
        Attend(input, input, null, randomness, parameters);
}

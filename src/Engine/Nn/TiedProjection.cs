using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// From vectors back to tokens with the table of an <see cref="Embedding"/> (Press and Wolf 2017): <c>x·tableᵀ + bias</c>, from [feature] to
/// [token], or from [position, feature] to [position, token]. The table stands once in the model.
/// </summary>
/// <remarks>Parameters: the embedding's <c>weight</c> [token, feature], and <c>bias</c> [token], 0 at the beginning.</remarks>
public sealed class TiedProjection : Layer
{
    private readonly Axis _tokens;
    private readonly Axis _features;

    /// <summary>A projection.</summary>
    /// <param name="embedding">Whose table is used.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="name">Name; <c>projection</c> unless given.</param>
    public TiedProjection(Embedding embedding, bool bias = true, string name = "projection")
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        ParameterSpec table = embedding.Parameters[0];
        (_tokens, _features) = (table.Shape.Axes[0], table.Shape.Axes[1]);
        ParameterSpec shift = new("bias", new Shape(_tokens), Initializer.Zeros, _features.Size, _tokens.Size);
        Parameters = bias ? [table, shift] : [table];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Rank is 1 or 2 && input[-1] == _features.Size
            ? input.With(-1, _tokens)
            : throw Refuse($"the input must be [feature {_features.Size}] or [position, feature {_features.Size}]; got {input}. Give the embedding that width.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters)
    {
        Tensor rows = input.Shape.Rank == 1 ? input.Reshape(1, _features) : input;
        Tensor result = rows.MatMul(parameters[0].SwapLast()).Reshape(OutputShape(input.Shape));
        return parameters.Length > 1 ? result + parameters[1] : result;
    }
}

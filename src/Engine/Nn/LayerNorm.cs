using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Layer normalisation (Ba, Kiros and Hinton 2016) over the last axis or the last axes together: each row gets mean 0 and variance 1, and then a
/// scale and a shift per feature. From […, feature] to the same shape.
/// </summary>
/// <remarks>Parameters: <c>scale</c> [feature], 1 at the beginning; <c>shift</c> [feature], 0; with several axes both have these axes.</remarks>
public sealed class LayerNorm : Layer
{
    private readonly Shape _features;
    private readonly double _epsilon;

    /// <summary>A layer normalisation over the last axis.</summary>
    /// <param name="features">Size of the last axis, at least 1.</param>
    /// <param name="epsilon">Added to the variance, above 0.</param>
    /// <param name="name">Name; <c>layerNorm</c> unless given.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public LayerNorm(int features, double epsilon = 1e-5, string name = "layerNorm")
        : this(Normalization.Features(features), epsilon, name)
    {
    }

    /// <summary>A layer normalisation over the last axes together.</summary>
    /// <param name="features">The last axes, each at least 1.</param>
    /// <param name="epsilon">Added to the variance, above 0.</param>
    /// <param name="name">Name; <c>layerNorm</c> unless given.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public LayerNorm(Shape features, double epsilon = 1e-5, string name = "layerNorm")
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(features);
        Normalization.Check(name, features, epsilon);
        (_features, _epsilon) = (features, epsilon);
        Parameters = Normalization.Parameters(features);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<NormKind> Norms { get; } = [NormKind.Layer];

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Normalization.EndsWith(input, _features)
            ? input
            : throw Refuse($"the input must end with {_features}; got {input}. Give {Name} as many features as the layer before has.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) =>
        (Normalization.Rows(Normalization.Flat(input, _features), _epsilon).Reshape(input.Shape) * parameters[0]) + parameters[1];
}

using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Layer normalisation (Ba, Kiros and Hinton 2016) over the last axis: each row gets mean 0 and variance 1, and then a scale and a shift per
/// feature. From […, feature] to the same shape.
/// </summary>
/// <remarks>Parameters: <c>scale</c> [feature], 1 at the beginning; <c>shift</c> [feature], 0.</remarks>
public sealed class LayerNorm : Layer
{
    private readonly int _features;
    private readonly double _epsilon;

    /// <summary>A layer normalisation.</summary>
    /// <param name="features">Size of the last axis, at least 1.</param>
    /// <param name="epsilon">Added to the variance, above 0.</param>
    /// <param name="name">Name; <c>layerNorm</c> unless given.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public LayerNorm(int features, double epsilon = 1e-5, string name = "layerNorm")
        : base(name)
    {
        if (features < 1 || !(epsilon > 0 && double.IsFinite(epsilon)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{name}: features must be at least 1 and epsilon finite and above 0; got {features} and {epsilon}."));
        }

        (_features, _epsilon) = (features, epsilon);
        Parameters = Normalization.Parameters(features, "feature");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Rank >= 1 && input[-1] == _features
            ? input
            : throw Refuse($"the last axis of the input must be {_features}; got {input}. Give {Name} as many features as the layer before has.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) =>
        (Normalization.Rows(input, _epsilon) * parameters[0]) + parameters[1];
}

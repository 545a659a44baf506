using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Root mean square normalisation (Zhang and Sennrich 2019, equation 4) over the last axis or the last axes together: each row is divided by
/// √(mean of squares + ε), without taking its mean away, and scaled per feature. From […, feature] to the same shape.
/// </summary>
/// <remarks>Parameter: <c>scale</c> [feature], 1 at the beginning; with several axes it has these axes.</remarks>
public sealed class RmsNorm : Layer
{
    private readonly Shape _features;
    private readonly double _epsilon;

    /// <summary>A normalisation over the last axis.</summary>
    /// <param name="features">Size of the last axis, at least 1.</param>
    /// <param name="epsilon">Added to the mean square, above 0.</param>
    /// <param name="name">Name; <c>rmsNorm</c> unless given.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public RmsNorm(int features, double epsilon = 1e-6, string name = "rmsNorm")
        : this(Normalization.Features(features), epsilon, name)
    {
    }

    /// <summary>A normalisation over the last axes together.</summary>
    /// <param name="features">The last axes, each at least 1.</param>
    /// <param name="epsilon">Added to the mean square, above 0.</param>
    /// <param name="name">Name; <c>rmsNorm</c> unless given.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public RmsNorm(Shape features, double epsilon = 1e-6, string name = "rmsNorm")
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(features);
        Normalization.Check(name, features, epsilon);
        (_features, _epsilon) = (features, epsilon);
        Parameters = [Normalization.Parameters(features)[0]];
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
        Normalization.RootMeanSquare(Normalization.Flat(input, _features), _epsilon).Reshape(input.Shape) * parameters[0];
}

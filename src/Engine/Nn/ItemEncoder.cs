using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// An item as a vector: its features as they are, and behind them a learned part, <c>x₀·(E[number] + x·W)</c> for features x. From [1 + features], the item's number and its features, to
/// [features + embedding]. The first feature x₀ is 1; a row of zeros, which stands for no item, gives zeros.
/// </summary>
/// <remarks>
/// Parameters: <c>embedding</c> E [item, embedding] and <c>content</c> W [feature, embedding], which lets items that nobody rated share what others of their features have; none without an embedding. A
/// number outside 0 .. items - 1 gives values that are not finite.
/// </remarks>
public sealed class ItemEncoder : Layer
{
    private readonly int _features;
    private readonly int _embedding;

    /// <summary>An encoder.</summary>
    /// <param name="items">How many items there are, at least 1.</param>
    /// <param name="features">Features of an item, at least 1.</param>
    /// <param name="embedding">Length of the learned part, at least 0.</param>
    /// <param name="deviation">Standard deviation of first embeddings, at least 0; those by content begin at a fifth of it.</param>
    /// <param name="name">Name; <c>items</c> unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public ItemEncoder(int items, int features, int embedding = 0, double deviation = 0.1, string name = "items")
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(items, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(embedding);
        const double ContentShare = 0.2;
        (_features, _embedding) = (features, embedding);
        Axis width = new(embedding, "embedding");
        Parameters = embedding == 0
            ? []
            : [
                new("embedding", new Shape(new Axis(items, "item"), width), Initializer.Normal(deviation), items, embedding),
                new("content", new Shape(new Axis(features, "feature"), width), Initializer.Normal(deviation * ContentShare), features, embedding),
            ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Rank == 1 && input[0] == 1 + _features
            ? new Shape(new Axis(_features + _embedding, "feature"))
            : throw Refuse($"the input must be [{1 + _features}], an item's number and its {_features} features; got {input}. Give what the encoder was made for.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters)
    {
        Tensor features = input.Slice(0, 1, _features).Reshape(new Axis(_features, "feature"));
        if (_embedding == 0)
        {
            return features;
        }

        Tensor own = parameters[0].Gather(input.Slice(0, 0, 1)).Reshape(new Axis(_embedding, "feature"));
        Tensor shared = features.Reshape(1, _features).MatMul(parameters[1]).Reshape(new Axis(_embedding, "feature"));
        Tensor present = input.Slice(0, 1, 1).BroadcastTo(own.Shape);
        return Tensor.Concatenate(0, features, present * (own + shared));
    }
}

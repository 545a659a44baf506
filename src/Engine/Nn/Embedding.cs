using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// A learned vector for each whole number: from [token] to [token, feature], or from one number to [feature]. A number outside 0 .. vocabulary - 1
/// gives values that are not finite, never a neighbour's vector.
/// </summary>
/// <remarks>Parameter: <c>weight</c> [token, feature], standard normal at the beginning unless told otherwise.</remarks>
public sealed class Embedding : Layer
{
    private readonly int _width;

    /// <summary>An embedding.</summary>
    /// <param name="vocabulary">How many different numbers there are, at least 1.</param>
    /// <param name="width">Length of a vector, at least 1.</param>
    /// <param name="name">Name; <c>embedding</c> unless given.</param>
    /// <param name="initializer">First values of the table.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public Embedding(int vocabulary, int width, string name = "embedding", Initializer? initializer = null)
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        _width = width;
        Shape table = new(new Axis(vocabulary, "token"), new Axis(width, "feature"));
        Parameters = [new("weight", table, initializer ?? Initializer.Normal(1), vocabulary, width)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Rank <= 1
            ? input.Insert(input.Rank, new Axis(_width, "feature"))
            : throw Refuse($"the input must be [token] or one number; got {input}. Flatten it first.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) =>
        parameters[0].Gather(input.Reshape(input.Shape.Count)).Reshape(OutputShape(input.Shape));
}

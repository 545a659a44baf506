using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>Adds a learned vector to each position: from [position, feature] to the same shape.</summary>
/// <remarks>Parameter: <c>weight</c> [position, feature], normal with deviation 0.02 at the beginning unless told otherwise.</remarks>
public sealed class PositionEmbedding : Layer
{
    private const double Deviation = 0.02;

    /// <summary>Learned positions.</summary>
    /// <param name="positions">Positions there are vectors for, at least 1; inputs may have fewer.</param>
    /// <param name="features">Numbers of a position, at least 1.</param>
    /// <param name="name">Name; <c>positions</c> unless given.</param>
    /// <param name="initializer">First values.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public PositionEmbedding(int positions, int features, string name = "positions", Initializer? initializer = null)
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(positions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        Shape table = new(new Axis(positions, "position"), new Axis(features, "feature"));
        Parameters = [new("weight", table, initializer ?? Initializer.Normal(Deviation), positions, features)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Shape table = Parameters[0].Shape;
        return input.Rank == 2 && input[0] <= table[0] && input[1] == table[1]
            ? input
            : throw Refuse($"the input must be [position, feature {table[1]}] with at most {table[0]} positions; got {input}. Give {Name} more positions or other features.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) =>
        input + (input.Shape[0] == parameters[0].Shape[0] ? parameters[0] : parameters[0].Slice(0, 0, input.Shape[0]));
}

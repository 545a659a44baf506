using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Low-rank adaptation of a dense layer (Hu et al. 2021, section 4.1): its weight and bias stay frozen, and
/// <c>activation(x·weight + bias + (alpha/rank)·x·down·up)</c> learns <c>down</c> and <c>up</c> only. At the beginning up is 0, so it computes
/// what the layer does.
/// </summary>
/// <remarks>Parameters: those of the layer, frozen; <c>down</c> [feature, rank], uniform of variance 2/feature; <c>up</c> [rank, unit], 0.</remarks>
public sealed class Lora : Layer
{
    private readonly Dense _dense;
    private readonly double _scale;

    /// <summary>An adapted layer.</summary>
    /// <param name="dense">The layer; it keeps its parameters' names and values.</param>
    /// <param name="rank">Rank of the change, from 1 to the smaller of features and units.</param>
    /// <param name="alpha">The change is multiplied by alpha/rank; finite.</param>
    /// <param name="name">Name; the layer's own unless given.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public Lora(Dense dense, int rank, double alpha, string? name = null)
        : base(name ?? (dense ?? throw new ArgumentNullException(nameof(dense))).Name)
    {
        (Axis features, Axis units) = (dense.Parameters[0].Shape.Axes[0], dense.Parameters[0].Shape.Axes[1]);
        if (rank < 1 || rank > Math.Min(features.Size, units.Size) || !double.IsFinite(alpha))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{Name}: the rank must be from 1 to {Math.Min(features.Size, units.Size)} and alpha finite; got rank {rank}, alpha {alpha}."));
        }

        _dense = dense;
        _scale = alpha / rank;
        Axis middle = new(rank, "rank");
        Parameters =
        [
            .. dense.Parameters.Select(parameter => parameter with { Trainable = false }),
            new("down", new Shape(features, middle), Initializer.HeUniform(), features.Size, rank),
            new("up", new Shape(middle, units), Initializer.Zeros, rank, units.Size),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => _dense.OutputShape(input);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters)
    {
        Tensor rows = input.Shape.Rank == 1 ? input.Reshape(1, input.Shape.Axes[0]) : input;
        Tensor change = (rows.MatMul(parameters[^2]) * _scale).MatMul(parameters[^1]).Reshape(OutputShape(input.Shape));
        return _dense.Activated(_dense.Linear(input, parameters[..^2]) + change);
    }
}

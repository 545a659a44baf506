using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Instance normalisation (Ulyanov, Vedaldi and Lempitsky 2016): each channel of <b>one</b> example gets mean 0 and variance 1 over all other axes and,
/// if asked for, a scale and a shift. From [channel, axis, …] to the same shape.
/// </summary>
/// <remarks>Parameters: none, or <c>scale</c> [channel], 1 at the beginning, and <c>shift</c> [channel], 0.</remarks>
public sealed class InstanceNorm : Layer
{
    private readonly int _channels;
    private readonly double _epsilon;

    /// <summary>An instance normalisation.</summary>
    /// <param name="channels">Channels, at least 1.</param>
    /// <param name="epsilon">Added to the variance, above 0.</param>
    /// <param name="affine">Whether a scale and a shift per channel follow.</param>
    /// <param name="name">Name; <c>instanceNorm</c> unless given.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public InstanceNorm(int channels, double epsilon = 1e-5, bool affine = false, string name = "instanceNorm")
        : base(name)
    {
        if (channels < 1 || !(epsilon > 0 && double.IsFinite(epsilon)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{name}: channels must be at least 1, and epsilon finite and above 0; got {channels} channels, epsilon {epsilon}."));
        }

        (_channels, _epsilon) = (channels, epsilon);
        Parameters = affine ? Normalization.Parameters(new Shape(new Axis(channels, "channel"))) : [];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<NormKind> Norms { get; } = [NormKind.Group];

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Rank >= 2 && input[0] == _channels
            ? input
            : throw Refuse($"the input must be [channel {_channels}, axis, …]; got {input}. "
                + $"Give {Name} as many channels as the layer before has, and an axis to take means over.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => Normalization.Groups(input, _channels, _epsilon, parameters);
}

using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Group normalisation (Wu and He 2018): channels fall into groups; each group of <b>one</b> example gets mean 0 and variance 1, and then a
/// scale and a shift per channel. From [channel, …] to the same shape. It stands where others use batch normalisation, which mixes
/// examples and so can't protect any of them.
/// </summary>
/// <remarks>Parameters: <c>scale</c> [channel], 1 at the beginning; <c>shift</c> [channel], 0.</remarks>
public sealed class GroupNorm : Layer
{
    private readonly int _groups;
    private readonly int _channels;
    private readonly double _epsilon;

    /// <summary>A group normalisation.</summary>
    /// <param name="groups">Number of groups; divides the channels. 1 normalises all channels together, as many as channels each alone.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="epsilon">Added to the variance, above 0.</param>
    /// <param name="name">Name; <c>groupNorm</c> unless given.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public GroupNorm(int groups, int channels, double epsilon = 1e-5, string name = "groupNorm")
        : base(name)
    {
        if (groups < 1 || channels < 1 || channels % groups != 0 || !(epsilon > 0 && double.IsFinite(epsilon)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{name}: groups must be at least 1 and divide the channels, and epsilon be finite and above 0; got {groups} groups, {channels} channels, epsilon {epsilon}."));
        }

        (_groups, _channels, _epsilon) = (groups, channels, epsilon);
        Parameters = Normalization.Parameters(new Shape(new Axis(channels, "channel")));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<NormKind> Norms => [_groups == 1 ? NormKind.Layer : NormKind.Group];

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Rank >= 1 && input[0] == _channels
            ? input
            : throw Refuse($"the input must be [channel {_channels}, …]; got {input}. Give {Name} as many channels as the layer before has.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => Normalization.Groups(input, _groups, _epsilon, parameters);
}

using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// A shortcut without parameters (He et al. 2016, option A): every stride-th row and column, and channels of zeros behind the given ones. From
/// [channel, height, width] to [more channels, ⌈height/stride⌉, ⌈width/stride⌉].
/// </summary>
public sealed class PaddedShortcut : Layer
{
    private readonly int _channels;
    private readonly int _stride;

    /// <summary>A shortcut.</summary>
    /// <param name="channels">Channels out, at least as many as come in.</param>
    /// <param name="stride">Distance between the rows and columns that are kept, at least 1.</param>
    /// <param name="name">Name; <c>shortcut</c> unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public PaddedShortcut(int channels, int stride, string name = "shortcut")
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        (_channels, _stride) = (channels, stride);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters => [];

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Rank == 3 && input[0] <= _channels
            ? new Shape(new Axis(_channels, "channel"), new Axis(Kept(input[1]), "height"), new Axis(Kept(input[2]), "width"))
            : throw Refuse($"the input must be [channel, height, width] with at most {_channels} channels; got {input}. Give {Name} more channels.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters)
    {
        Shape output = OutputShape(input.Shape);
        Tensor kept = new WindowGrid(2, 1, _stride).Of(WindowGrid.ChannelsLast(input)).Reshape(output.Axes[1], output.Axes[2], input.Shape.Axes[0]);
        return WindowGrid.ChannelsFirst(kept.Pad(2, 0, _channels - input.Shape[0]).Reshape(output.Axes[1], output.Axes[2], output.Axes[0]));
    }

    private int Kept(int length) => (length + _stride - 1) / _stride;
}

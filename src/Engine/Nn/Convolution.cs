using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Cross-correlation over one to three axes, as deep learning calls convolution: from [channel, axis…] to [filter, position…] with
/// ⌊(length + 2·padding - dilation·(kernel - 1) - 1)/stride⌋ + 1 positions along each axis.
/// </summary>
/// <remarks>
/// <para>Recorded as one product [position, patch]·[patch, filter] over unfolded windows, so derivatives of every order need no rule of their own, and one
/// example's weight gradient is one contraction over positions. Channels lie closest together inside: the product reads windows where they lie, and every
/// neighbouring layer works on whole vectors of channels, whatever the size of the image (see docs/decisions/channels-lie-together.md).</para>
/// <para>Parameters: <c>weight</c> [patch, filter], a patch being (element of the kernel along each axis, channel); with groups
/// [group, patch, filter]. <c>bias</c> [filter]. Weights begin as suits the activation, biases at 0. As many groups as channels make a
/// depthwise convolution.</para>
/// </remarks>
public abstract class Convolution : Layer
{
    private readonly int _channels;
    private readonly int _filters;
    private readonly int _groups;
    private readonly WindowGrid _windows;
    private readonly bool _bias;
    private readonly Activation _activation;

    private protected Convolution(
        string name, int channels, int filters, int groups, WindowGrid windows, bool bias, Activation? activation, Initializer? weightInitializer,
        Initializer? biasInitializer)
        : base(name)
    {
        if (channels < 1 || filters < 1 || groups < 1 || channels % groups != 0 || filters % groups != 0 || !windows.IsValid)
        {
            throw new ArgumentException(
                $"{name}: channels, filters, kernel, stride, dilation and groups must be at least 1, padding at least 0, each one number or one an axis, and "
                + $"groups divide channels and filters; got channels {channels}, filters {filters}, {windows.Describe("kernel")}, groups {groups}.");
        }

        (_channels, _filters, _groups, _windows, _bias) = (channels, filters, groups, windows, bias);
        _activation = activation ?? Activation.Identity;
        int patch = channels / groups * windows.Elements;
        int fanOut = filters / groups * windows.Elements;
        Axis[] axes = [new(groups, "group"), new(patch, "patch"), new(filters / groups, "filter")];
        ParameterSpec weight = new("weight", new Shape(groups == 1 ? axes[1..] : axes), weightInitializer ?? _activation.Weights, patch, fanOut);
        ParameterSpec shift = new("bias", new Shape(new Axis(filters, "filter")), biasInitializer ?? Initializer.Zeros, patch, fanOut);
        Parameters = bias ? [weight, shift] : [weight];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank != _windows.Size.Length + 1)
        {
            throw Refuse($"the input must be {_windows.Takes}; got {input}. Reshape it first.");
        }

        if (input[0] != _channels)
        {
            throw Refuse($"takes {_channels} channels; the input is {input}. Give {Name} {input[0]} channels.");
        }

        return _windows.Counts(input) is { } counts
            ? WindowGrid.Image(new Axis(_filters, "channel"), counts)
            : throw Refuse($"a kernel of {_windows.Extent} does not fit into {input} with padding {_windows.Around}. Take a smaller kernel or more padding.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters)
    {
        Shape output = OutputShape(input.Shape);
        Axis positions = new(output.Count / _filters, "position");
        Axis filters = new(_filters, "filter");
        Tensor windows = _windows.Of(_windows.Pad(WindowGrid.ChannelsLast(input), 0));
        Tensor result = _groups == 1
            ? windows.Reshape(positions, new Axis(_windows.Elements * _channels, "patch")).MatMul(parameters[0])
            : Grouped(windows, parameters[0], positions).Reshape(positions, filters);
        result = _activation.Apply(_bias ? result + parameters[1] : result);
        return WindowGrid.ChannelsFirst(result.Reshape([.. output.Axes[1..], output.Axes[0]]));
    }

    /// <summary>[position, group, filter] from windows whose channels fall into groups.</summary>
    private Tensor Grouped(Tensor windows, Tensor weight, Axis positions)
    {
        (int elements, int members) = (_windows.Elements, _channels / _groups);
        Axis group = new(_groups, "group");
        Tensor patches = windows.Reshape(positions, elements, group, members).Transpose(2, 0, 1, 3).Reshape(group, positions, elements * members);
        return patches.MatMul(weight).Transpose(1, 0, 2);
    }
}

using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Cross-correlation over one to three axes, as deep learning calls convolution: from [channel, axis…] to [filter, position…] with
/// ⌊(length + 2·padding - dilation·(kernel - 1) - 1)/stride⌋ + 1 positions along each axis.
/// </summary>
/// <remarks>
/// <para>Recorded as one product [filter, patch]·[patch, position] over unfolded windows, so derivatives of every order need no rule of their
/// own, and one example's weight gradient is one contraction over positions. Rows of an image stay contiguous from layer to layer; a
/// product with positions in front would leave channels closest together and make every normalisation and pooling read with strides.</para>
/// <para>Parameters: <c>weight</c> [filter, patch], a patch being (channel, element of the kernel along each axis); with groups
/// [group, filter, patch]. <c>bias</c> [filter]. Weights begin as suits the activation, biases at 0. As many groups as channels make a
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
        Axis[] axes = [new(groups, "group"), new(filters / groups, "filter"), new(patch, "patch")];
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
        int axes = _windows.Size.Length;
        Axis positions = new(output.Count / _filters, "position");
        Axis patch = new(_channels / _groups * _windows.Elements, "patch");

        // [channel, position…, element…] to [channel, element…, position…]
        Tensor windows = _windows.Of(_windows.Pad(input, 0)).Transpose([0, .. Enumerable.Range(axes + 1, axes), .. Enumerable.Range(1, axes)]);
        Tensor patches = _groups == 1 ? windows.Reshape(patch, positions) : windows.Reshape(_groups, patch, positions);
        Tensor result = parameters[0].MatMul(patches).Reshape(new Axis(_filters, "channel"), positions);
        result = _activation.Apply(_bias ? result + parameters[1].Reshape(_filters, 1) : result);
        return result.Reshape(output);
    }
}

using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// The adjoint of <see cref="Convolution"/>: every element of the input lays a scaled kernel into the output, added where kernels overlap. From
/// [channel, axis…] to [filter, axis…] with (length - 1)·stride + dilation·(kernel - 1) + 1 - 2·padding + outputPadding elements along each axis.
/// </summary>
/// <remarks>
/// <para>It is the derivative, with respect to its input, of the convolution from the filters to the channels with the same weights (Dumoulin and
/// Visin 2016, chapter 4); a test checks that.</para>
/// <para>Parameters: <c>weight</c> [channel, patch], a patch being (element of the kernel along each axis, filter); with groups
/// [group, channel, patch]. <c>bias</c> [filter]. Weights begin as suits the activation, biases at 0; the fan in is the number of inputs that reach one
/// output, channels of a group × ⌈kernel/stride⌉ along each axis.</para>
/// </remarks>
public abstract class TransposedConvolution : Layer
{
    private readonly int _channels;
    private readonly int _filters;
    private readonly int _groups;
    private readonly WindowGrid _windows;
    private readonly int[] _more;
    private readonly bool _bias;
    private readonly Activation _activation;

    private protected TransposedConvolution(
        string name, int channels, int filters, int groups, WindowGrid windows, PerAxis outputPadding, bool bias, Activation? activation,
        Initializer? weightInitializer, Initializer? biasInitializer)
        : base(name)
    {
        _more = outputPadding.Along(windows.Size.Length);
        if (channels < 1 || filters < 1 || groups < 1 || channels % groups != 0 || filters % groups != 0 || !windows.IsValid || _more.Length == 0
            || _more.Where((more, axis) => more < 0 || more >= Math.Max(windows.Stride[axis], windows.Dilation[axis])).Any())
        {
            throw new ArgumentException(
                $"{name}: channels, filters, kernel, stride, dilation and groups must be at least 1, padding at least 0, output padding at least 0 and less than the "
                + "stride or the dilation, each one number or one an axis, and groups divide channels and filters; "
                + $"got channels {channels}, filters {filters}, {windows.Describe("kernel")}, groups {groups}, output padding {outputPadding}.");
        }

        (_channels, _filters, _groups, _windows, _bias) = (channels, filters, groups, windows, bias);
        _activation = activation ?? Activation.Identity;
        int patch = filters / groups * windows.Elements;
        int fanIn = windows.Size.Select((size, axis) => (size + windows.Stride[axis] - 1) / windows.Stride[axis]).Aggregate(channels / groups, (a, b) => a * b);
        Axis[] axes = [new(groups, "group"), new(channels / groups, "channel"), new(patch, "patch")];
        ParameterSpec weight = new("weight", new Shape(groups == 1 ? axes[1..] : axes), weightInitializer ?? _activation.Weights, fanIn, patch);
        ParameterSpec shift = new("bias", new Shape(new Axis(filters, "filter")), biasInitializer ?? Initializer.Zeros, fanIn, patch);
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

        int[] lengths = [.. _more.Select((more, axis) => ((input[axis + 1] - 1) * _windows.Stride[axis]) + _windows.Reach(axis) - (2 * _windows.Padding[axis]) + more)];
        return input.Count > 0 && lengths.All(length => length >= 1)
            ? WindowGrid.Image(new Axis(_filters, "channel"), lengths)
            : throw Refuse($"padding {_windows.Around} cuts everything off that {input} gives with a kernel of {_windows.Extent}. Take less padding or a larger input.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters)
    {
        Shape output = OutputShape(input.Shape);
        Axis positions = new(input.Shape.Count / _channels, "position");
        Tensor rows = WindowGrid.ChannelsLast(input).Reshape(positions, input.Shape.Axes[0]);
        Tensor patches = _groups == 1 ? rows.MatMul(parameters[0]) : Grouped(rows, parameters[0], positions);
        Tensor windows = patches.Reshape([.. input.Shape.Axes[1..], .. _windows.Size.Select(size => new Axis(size)), new Axis(_filters, "channel")]);
        Tensor result = Cut(_windows.Lay(windows), output);
        return WindowGrid.ChannelsFirst(_activation.Apply(_bias ? result + parameters[1] : result));
    }

    /// <summary>[position, element, group, filter] from rows whose channels fall into groups.</summary>
    private Tensor Grouped(Tensor rows, Tensor weight, Axis positions)
    {
        Axis group = new(_groups, "group");
        Tensor patches = rows.Reshape(positions, group, _channels / _groups).Transpose(1, 0, 2).MatMul(weight);
        return patches.Reshape(group, positions, _windows.Elements, _filters / _groups).Transpose(1, 2, 0, 3);
    }

    /// <summary>Takes the padding away at both sides; at the end as much less as the output padding says, with zeros where nothing was laid.</summary>
    private Tensor Cut(Tensor laid, Shape output)
    {
        for (int axis = 0; axis < _more.Length; axis++)
        {
            int missing = Math.Max(0, _more[axis] - _windows.Padding[axis]);
            laid = laid.Pad(axis, 0, missing);
            laid = laid.Shape[axis] == output[axis + 1] ? laid : laid.Slice(axis, _windows.Padding[axis], output[axis + 1]);
        }

        return laid;
    }
}

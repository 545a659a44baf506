using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Two-dimensional cross-correlation, as deep learning calls convolution: from [channel, height, width] to [filter, row, column] with
/// ⌊(size + 2·padding - kernel)/stride⌋ + 1 rows and columns.
/// </summary>
/// <remarks>
/// <para>Recorded as one product [filter, patch]·[patch, position] over unfolded windows, so derivatives of every order need no rule of their
/// own, and one example's weight gradient is one contraction over positions. Rows of an image stay contiguous from layer to layer; a
/// product with positions in front would leave channels closest together and make every normalisation and pooling read with strides.</para>
/// <para>Parameters: <c>weight</c> [filter, patch], a patch being (channel, row of the kernel, column of the kernel); with groups
/// [group, filter, patch]. <c>bias</c> [filter]. Weights begin as suits the activation, biases at 0.</para>
/// </remarks>
public sealed class Conv2d : Layer
{
    private readonly int _channels;
    private readonly int _filters;
    private readonly int _kernel;
    private readonly int _stride;
    private readonly int _padding;
    private readonly int _groups;
    private readonly bool _bias;
    private readonly Activation _activation;

    /// <summary>A convolution with square kernels.</summary>
    /// <param name="channels">Channels in, at least 1.</param>
    /// <param name="filters">Channels out, at least 1.</param>
    /// <param name="kernel">Height and width of the kernel, at least 1.</param>
    /// <param name="stride">Distance between windows, at least 1.</param>
    /// <param name="padding">Rows and columns of zeros on each side, at least 0.</param>
    /// <param name="groups">Channels and filters fall into so many groups that do not see each other; divides both.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="activation">Applied to the result; none unless given.</param>
    /// <param name="name">Name; <c>conv</c> unless given.</param>
    /// <param name="weightInitializer">First values of the weights.</param>
    /// <param name="biasInitializer">First values of the bias.</param>
    /// <exception cref="ArgumentException">A number is out of range; all of them in one message.</exception>
    public Conv2d(
        int channels, int filters, int kernel, int stride = 1, int padding = 0, int groups = 1, bool bias = true, Activation? activation = null,
        string name = "conv", Initializer? weightInitializer = null, Initializer? biasInitializer = null)
        : base(name)
    {
        if (channels < 1 || filters < 1 || kernel < 1 || stride < 1 || padding < 0 || groups < 1 || channels % groups != 0 || filters % groups != 0)
        {
            throw new ArgumentException(
                $"{name}: channels, filters, kernel, stride and groups must be at least 1, padding at least 0, and groups divide channels and filters; "
                + $"got channels {channels}, filters {filters}, kernel {kernel}, stride {stride}, padding {padding}, groups {groups}.");
        }

        (_channels, _filters, _kernel, _stride, _padding, _groups, _bias) = (channels, filters, kernel, stride, padding, groups, bias);
        _activation = activation ?? Activation.Identity;
        int patch = channels / groups * kernel * kernel;
        int fanOut = filters / groups * kernel * kernel;
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
        if (input.Rank != 3)
        {
            throw Refuse($"the input must be [channel, height, width]; got {input}. Reshape it first.");
        }

        if (input[0] != _channels)
        {
            throw Refuse($"takes {_channels} channels; the input is {input}. Give {Name} {input[0]} channels.");
        }

        (int rows, int columns) = (Windows.Count(input[1], _kernel, _stride, _padding), Windows.Count(input[2], _kernel, _stride, _padding));
        return rows > 0 && columns > 0
            ? new Shape(new Axis(_filters, "channel"), new Axis(rows, "height"), new Axis(columns, "width"))
            : throw Refuse($"a kernel of {_kernel} does not fit into {input} with padding {_padding}. Take a smaller kernel or more padding.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters)
    {
        Shape output = OutputShape(input.Shape);
        Axis positions = new(output[1] * output[2], "position");
        Axis patch = new(_channels / _groups * _kernel * _kernel, "patch");

        // [channel, row, column, kernel row, kernel column] to [channel, kernel row, kernel column, row, column]
        Tensor windows = Windows.Of(Windows.Pad(input, _padding, 0), _kernel, _stride).Transpose(0, 3, 4, 1, 2);
        Tensor patches = _groups == 1 ? windows.Reshape(patch, positions) : windows.Reshape(_groups, patch, positions);
        Tensor result = parameters[0].MatMul(patches).Reshape(new Axis(_filters, "channel"), positions);
        result = _activation.Apply(_bias ? result + parameters[1].Reshape(_filters, 1) : result);
        return result.Reshape(output);
    }
}

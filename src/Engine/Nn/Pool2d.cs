using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// What pooling layers share: from [channel, height, width] to [channel, row, column] with ⌊(size + 2·padding - window)/stride⌋ + 1 rows and
/// columns. No parameters.
/// </summary>
public abstract class Pool2d : Layer
{
    private readonly int _size;
    private readonly int _stride;
    private readonly int _padding;
    private readonly double _padValue;

    private protected Pool2d(int size, int? stride, int padding, double padValue, string name)
        : base(name)
    {
        if (size < 1 || stride < 1 || padding < 0 || padding > size / 2)
        {
            throw new ArgumentException(
                $"{name}: size and stride must be at least 1 and padding from 0 to half the size; got size {size}, stride {stride ?? size}, padding {padding}.");
        }

        (_size, _stride, _padding, _padValue) = (size, stride ?? size, padding, padValue);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters => [];

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank != 3)
        {
            throw Refuse($"the input must be [channel, height, width]; got {input}. Reshape it first.");
        }

        (int rows, int columns) = (Windows.Count(input[1], _size, _stride, _padding), Windows.Count(input[2], _size, _stride, _padding));
        return rows > 0 && columns > 0
            ? new Shape(input.Axes[0], new Axis(rows, "height"), new Axis(columns, "width"))
            : throw Refuse($"a window of {_size} does not fit into {input} with padding {_padding}. Take a smaller window or fewer pooling layers.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters)
    {
        Shape output = OutputShape(input.Shape);
        return _stride == _size && _padding == 0
            ? Reduce(Windows.Tiles(input, _size, output[1], output[2]), 2, 4)
            : Reduce(Windows.Of(Windows.Pad(input, _padding, _padValue), _size, _stride), 3, 4);
    }

    /// <summary>Pools over the two axes of a window.</summary>
    private protected abstract Tensor Reduce(Tensor windows, int rowAxis, int columnAxis);
}

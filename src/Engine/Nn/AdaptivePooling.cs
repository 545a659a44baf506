using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Pooling to a given number of windows whatever the input's size: from [channel, axis…] to [channel, position…]. Window i of n along an axis of
/// length L goes from ⌊i·L/n⌋ to before ⌈(i + 1)·L/n⌉, as in PyTorch: windows cover the axis, overlap where n does not divide L, and
/// repeat elements where n is larger than L. Equal largest elements share the derivative. No parameters.
/// </summary>
public abstract class AdaptivePooling : Layer
{
    private readonly PerAxis _output;
    private readonly int[] _counts;
    private readonly WindowGrid _axes;
    private readonly bool _max;

    private protected AdaptivePooling(string name, int axes, PerAxis output, bool max)
        : base(name)
    {
        (_output, _counts, _axes, _max) = (output, output.Along(axes), new WindowGrid(axes, 1), max);
        if (_counts.Length == 0 || _counts.Any(count => count < 1))
        {
            throw new ArgumentException($"{name}: the output must be at least 1 along each axis, one number or one an axis; got {output}.");
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters => [];

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Rank == _counts.Length + 1 && input.Count > 0
            ? WindowGrid.Image(input.Axes[0], _counts)
            : throw Refuse($"the input must be {_axes.Takes}, to be pooled to {_output}; got {input}. Reshape it first.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters)
    {
        // Equal windows are a view. Else means and maxima of rectangles are taken along one axis after another.
        if (_counts.Where((count, axis) => input.Shape[axis + 1] % count != 0).Any())
        {
            return Enumerable.Range(1, _counts.Length).Aggregate(input, Along);
        }

        WindowGrid tiles = new(_counts.Length, new PerAxis([.. _counts.Select((count, axis) => input.Shape[axis + 1] / count)]));
        Tensor windows = tiles.Split(WindowGrid.ChannelsLast(input), _counts);
        int[] inside = [.. Enumerable.Range(0, _counts.Length).Select(axis => (2 * axis) + 1)];
        return WindowGrid.ChannelsFirst(_max ? windows.MaxOver(inside) : windows.Mean(inside));
    }

    /// <summary>Pools along one axis: everything outside a window is replaced by what changes neither a sum nor a maximum.</summary>
    private Tensor Along(Tensor image, int axis)
    {
        (int length, int count) = (image.Shape[axis], _counts[axis - 1]);
        Tensor last = image.MoveAxis(axis, -1);
        Tensor repeated = last.BroadcastAt(last.Shape.Rank - 1, count);
        (int Start, int End)[] windows = [.. Enumerable.Range(0, count).Select(i => ((int)((long)i * length / count), (int)((((i + 1L) * length) + count - 1) / count)))];
        Tensor inside = image.Literal(
            new Shape(count, length), [.. windows.SelectMany(window => Enumerable.Range(0, length).Select(i => i >= window.Start && i < window.End ? 1f : 0f))]);
        Tensor kept = Tensor.Select(inside.BroadcastTo(repeated.Shape), repeated, repeated.Fill(_max ? double.NegativeInfinity : 0));
        Tensor pooled = _max
            ? kept.MaxOver(-1)
            : kept.Sum(-1) / image.Literal(new Shape(count), [.. windows.Select(window => (float)(window.End - window.Start))]);
        return pooled.MoveAxis(-1, axis);
    }
}

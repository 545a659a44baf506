using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// What pooling layers share: from [channel, axis…] to [channel, position…] with ⌊(length + 2·padding - size)/stride⌋ + 1 positions along each
/// axis. No parameters.
/// </summary>
public abstract class Pooling : Layer
{
    private readonly double _padValue;

    private protected Pooling(string name, int axes, PerAxis size, PerAxis? stride, PerAxis? padding, double padValue)
        : base(name)
    {
        Windows = new WindowGrid(axes, size, stride ?? size, padding);
        _padValue = padValue;
        if (!Windows.IsValid || Windows.Padding.Where((count, axis) => count > Windows.Size[axis] / 2).Any())
        {
            throw new ArgumentException(
                $"{name}: size and stride must be at least 1 and padding from 0 to half the size, each one number or one an axis; got {Windows.Describe("size")}.");
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters => [];

    private protected WindowGrid Windows { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank != Windows.Size.Length + 1)
        {
            throw Refuse($"the input must be {Windows.Takes}; got {input}. Reshape it first.");
        }

        return Windows.Counts(input) is { } counts
            ? WindowGrid.Image(input.Axes[0], counts)
            : throw Refuse($"a window of {Windows.Extent} does not fit into {input} with padding {Windows.Around}. Take a smaller window or fewer pooling layers.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters)
    {
        int[] counts = Windows.Counts(input.Shape)!;
        int axes = counts.Length;
        Tensor image = WindowGrid.ChannelsLast(input);
        Tensor result = Windows.Tiles
            ? Reduce(Windows.Split(image, counts), [.. Enumerable.Range(0, axes).Select(axis => (2 * axis) + 1)])
            : Reduce(Windows.Of(Windows.Pad(image, _padValue)), [.. Enumerable.Range(axes, axes)]);
        return WindowGrid.ChannelsFirst(Finish(result, input.Shape));
    }

    /// <summary>Pools over the axes of a window.</summary>
    private protected abstract Tensor Reduce(Tensor windows, int[] axes);

    /// <summary>What follows the reduction, over [position…, channel].</summary>
    private protected virtual Tensor Finish(Tensor result, Shape input) => result;
}

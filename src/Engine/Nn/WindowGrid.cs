using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Windows over [channel, axis…], with one to three spatial axes: along each axis how many elements a window has, how far apart they and the
/// windows are, and how much is put around. What convolutions and pooling layers share. Layers take and give [channel, axis…]; inside, channels come last,
/// and where layers meet the two exchanges of axes cancel.
/// </summary>
/// <param name="axes">Number of spatial axes.</param>
/// <param name="size">Elements of a window.</param>
/// <param name="stride">Distance between windows; 1 unless given.</param>
/// <param name="padding">Elements added on each side; 0 unless given.</param>
/// <param name="dilation">Distance between elements of a window; 1 unless given.</param>
internal sealed class WindowGrid(int axes, PerAxis size, PerAxis? stride = null, PerAxis? padding = null, PerAxis? dilation = null)
{
    private static readonly string[][] Labels = [["length"], ["height", "width"], ["depth", "height", "width"]];

    public int[] Size { get; } = size.Along(axes);

    public int[] Stride { get; } = (stride ?? 1).Along(axes);

    public int[] Padding { get; } = (padding ?? 0).Along(axes);

    public int[] Dilation { get; } = (dilation ?? 1).Along(axes);

    /// <summary>Elements of a window.</summary>
    public int Elements => Size.Aggregate(1, (product, length) => product * length);

    /// <summary>Whether every number is there for every axis and in its range.</summary>
    public bool IsValid => Size.Length * Stride.Length * Padding.Length * Dilation.Length > 0
        && Size.All(value => value >= 1) && Stride.All(value => value >= 1) && Padding.All(value => value >= 0) && Dilation.All(value => value >= 1);

    /// <summary>Whether windows touch and neither overlap nor reach into padding.</summary>
    public bool Tiles => Stride.SequenceEqual(Size) && Padding.All(value => value == 0) && Dilation.All(value => value == 1);

    /// <summary>What a layer over these axes takes, for messages.</summary>
    public string Takes => $"[channel, {string.Join(", ", Labels[axes - 1])}]";

    /// <summary>Size and padding, for messages.</summary>
    public string Extent => $"{size}{(Dilation.Any(value => value > 1) ? $" (dilation {dilation})" : string.Empty)}";

    /// <summary>Padding, for messages.</summary>
    public string Around => $"{padding ?? 0}";

    /// <summary>Everything, for messages.</summary>
    /// <param name="what">What a window is called.</param>
    public string Describe(string what) => $"dilation {dilation ?? 1}, {what} {size}, stride {stride ?? 1}, padding {padding ?? 0}";

    /// <summary>[channel, axis…] with these axes' labels.</summary>
    public static Shape Image(Axis channels, ReadOnlySpan<int> lengths)
    {
        Axis[] result = [channels, .. lengths.ToArray().Select(length => new Axis(length))];
        for (int axis = 0; axis < lengths.Length; axis++)
        {
            result[axis + 1] = new Axis(lengths[axis], Labels[lengths.Length - 1][axis]);
        }

        return new Shape(result);
    }

    /// <summary>Elements that a window reaches over along an axis.</summary>
    public int Reach(int axis) => ((Size[axis] - 1) * Dilation[axis]) + 1;

    /// <summary>Number of windows along each axis of [channel, axis…]; null where none fits.</summary>
    public int[]? Counts(Shape image)
    {
        int[] counts = [.. Enumerable.Range(0, axes).Select(axis => image[axis + 1] + (2 * Padding[axis]) - Reach(axis))];
        return counts.All(count => count >= 0) ? [.. counts.Select((count, axis) => (count / Stride[axis]) + 1)] : null;
    }

    /// <summary>[channel, axis…] as [axis…, channel].</summary>
    public static Tensor ChannelsLast(Tensor image) => image.MoveAxis(0, image.Shape.Rank - 1);

    /// <summary>[axis…, channel] as [channel, axis…].</summary>
    public static Tensor ChannelsFirst(Tensor image) => image.MoveAxis(image.Shape.Rank - 1, 0);

    /// <summary>Puts elements of one value around [axis…, channel], as one op.</summary>
    public Tensor Pad(Tensor image, double value)
    {
        EquatableArray<int> around = [.. Padding, 0];
        return Padding.All(count => count == 0) ? image : image.Add(new PadOp(around, around, value));
    }

    /// <summary>From a padded [axis…, channel] to [position…, element…, channel].</summary>
    public Tensor Of(Tensor image)
    {
        for (int axis = 0; axis < axes; axis++)
        {
            image = image.Unfold(axis, Size[axis], Stride[axis], Dilation[axis]);
        }

        return image.MoveAxis(axes, 2 * axes);
    }

    /// <summary>
    /// [position, element, position, element, …, channel] for windows that tile: a view, where unfolding would copy. What is left over at the
    /// ends is dropped.
    /// </summary>
    public Tensor Split(Tensor image, int[] counts)
    {
        int[] whole = [.. counts.Select((count, axis) => count * Size[axis]), image.Shape[axes]];
        Tensor cut = image.Shape.Sizes.SequenceEqual(whole) ? image : image.Add(new SliceOp([.. whole.Select(_ => 0)], [.. whole]));
        return cut.Reshape([.. counts.SelectMany((count, axis) => new[] { new Axis(count), new Axis(Size[axis]) }), image.Shape.Axes[axes]]);
    }

    /// <summary>The adjoint of <see cref="Of"/>: [position…, element…, channel] laid back and added where windows overlap.</summary>
    /// <param name="windows">Every window.</param>
    /// <returns>[(positions - 1)·stride + reach, …, channel].</returns>
    public Tensor Lay(Tensor windows)
    {
        windows = windows.MoveAxis(2 * axes, axes);
        for (int axis = axes - 1; axis >= 0; axis--)
        {
            windows = windows.Fold(axis, Size[axis], Stride[axis], Dilation[axis], ((windows.Shape[axis] - 1) * Stride[axis]) + Reach(axis));
        }

        return windows;
    }
}

using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>The mean of each window. Padding counts as zeros, or does not count at all.</summary>
public abstract class AvgPooling : Pooling
{
    private readonly bool _countPadding;

    private protected AvgPooling(string name, int axes, PerAxis size, PerAxis? stride, PerAxis? padding, bool countPadding)
        : base(name, axes, size, stride, padding, 0) => _countPadding = countPadding || Windows.Padding.All(count => count == 0);

    private protected override Tensor Reduce(Tensor windows, int[] axes) => _countPadding ? windows.Mean(axes) : windows.Sum(axes);

    private protected override Tensor Finish(Tensor result, Shape input)
    {
        if (_countPadding)
        {
            return result;
        }

        // Elements of the input in each window: a product over axes.
        float[] counts = [1];
        for (int axis = 0; axis < Windows.Size.Length; axis++)
        {
            float[] along = [.. Enumerable.Range(0, result.Shape[axis]).Select(position => Inside(axis, position, input[axis + 1]))];
            counts = [.. counts.SelectMany(count => along.Select(more => count * more))];
        }

        return result / result.Literal(result.Shape.With(-1, 1), counts);
    }

    private float Inside(int axis, int position, int length)
    {
        int start = (position * Windows.Stride[axis]) - Windows.Padding[axis];
        return Math.Min(start + Windows.Size[axis], length) - Math.Max(start, 0);
    }
}

using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Ir;

/// <summary>One axis of a <see cref="Shape"/>: a size and, for messages and printing, a label such as <c>task</c> or <c>example</c>.</summary>
/// <param name="Size">Number of elements, at least 0.</param>
/// <param name="Label">A label, or null. Labels never decide whether shapes agree.</param>
public readonly record struct Axis(int Size, string? Label = null)
{
    /// <inheritdoc/>
    public override string ToString() => Label is null ? $"{Size}" : $"{Label} {Size}";

    /// <summary>An axis without a label.</summary>
    /// <param name="size">Number of elements.</param>
    public static implicit operator Axis(int size) => new(size);
}

/// <summary>
/// Sizes of a tensor's axes, outermost first, row-major. Two shapes are equal when their sizes are; labels only decorate.
/// The shape of a scalar is <see cref="Scalar"/>, with no axis.
/// </summary>
public sealed class Shape : IEquatable<Shape>
{
    private readonly Axis[] _axes;

    /// <summary>A shape from its axes.</summary>
    /// <param name="axes">Axes, outermost first.</param>
    /// <exception cref="ShapeException">A size is negative, or the number of elements exceeds 2³¹ - 1.</exception>
    public Shape(params ReadOnlySpan<Axis> axes)
    {
        _axes = axes.ToArray();
        long count = 1;
        foreach (Axis axis in axes)
        {
            if (axis.Size < 0)
            {
                throw new ShapeException($"Shape({this}): sizes must be at least 0; got {axis.Size}.");
            }

            count *= axis.Size;
            if (count > int.MaxValue)
            {
                throw new ShapeException($"Shape({this}): more than {int.MaxValue} elements. Split the batch or the layer.");
            }
        }

        Count = (int)count;
    }

    /// <summary>The shape with no axis: one element.</summary>
    public static Shape Scalar { get; } = new();

    /// <summary>Number of axes.</summary>
    public int Rank => _axes.Length;

    /// <summary>Number of elements: the product of the sizes.</summary>
    public int Count { get; }

    /// <summary>Size of an axis.</summary>
    /// <param name="axis">From 0; negative counts from the end, -1 being the last.</param>
    public int this[int axis] => _axes[axis < 0 ? axis + Rank : axis].Size;

    /// <summary>The axes with their labels.</summary>
    public ReadOnlySpan<Axis> Axes => _axes;

    /// <summary>The sizes alone.</summary>
    public EquatableArray<int> Sizes => _axes.Select(axis => axis.Size).ToEquatableArray();

    /// <summary>The label of an axis, or null.</summary>
    /// <param name="axis">From 0; negative counts from the end.</param>
    public string? Label(int axis) => _axes[axis < 0 ? axis + Rank : axis].Label;

    /// <summary>Row-major strides in elements.</summary>
    public int[] Strides()
    {
        int[] strides = new int[Rank];
        int stride = 1;
        for (int axis = Rank - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= _axes[axis].Size;
        }

        return strides;
    }

    /// <summary>This shape with <paramref name="axis"/> put at <paramref name="position"/>.</summary>
    /// <param name="position">Where the new axis will stand.</param>
    /// <param name="axis">The new axis.</param>
    public Shape Insert(int position, Axis axis) => new([.. Axes[..position], axis, .. Axes[position..]]);

    /// <summary>This shape without the axis at <paramref name="position"/>.</summary>
    /// <param name="position">From 0; negative counts from the end.</param>
    public Shape Remove(int position)
    {
        position = position < 0 ? position + Rank : position;
        return new([.. Axes[..position], .. Axes[(position + 1)..]]);
    }

    /// <summary>This shape with another axis at <paramref name="position"/>.</summary>
    /// <param name="position">From 0; negative counts from the end.</param>
    /// <param name="axis">The axis to put there.</param>
    public Shape With(int position, Axis axis)
    {
        Axis[] axes = [.. Axes];
        axes[position < 0 ? position + Rank : position] = axis;
        return new(axes);
    }

    /// <inheritdoc/>
    public bool Equals(Shape? other)
    {
        if (other is null || other.Rank != Rank)
        {
            return false;
        }

        for (int axis = 0; axis < Rank; axis++)
        {
            if (_axes[axis].Size != other._axes[axis].Size)
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (Axis axis in _axes)
        {
            hash.Add(axis.Size);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", _axes)}]";
}

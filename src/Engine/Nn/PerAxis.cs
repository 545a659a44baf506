using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// A whole number for each spatial axis: one number, which then holds for all of them, or one an axis, outermost first. Numbers and tuples
/// convert: <c>3</c>, <c>(3, 1)</c>, <c>(1, 3, 3)</c>.
/// </summary>
public readonly record struct PerAxis
{
    private readonly EquatableArray<int> _values;

    /// <summary>One number for all axes, or one for each.</summary>
    /// <param name="values">One number, or as many as there are axes.</param>
    public PerAxis(params ReadOnlySpan<int> values) => _values = EquatableArray.Create(values);

    /// <summary>The same number for all axes.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator PerAxis(int value) => new(value);

    /// <summary>A number for each of two axes.</summary>
    /// <param name="values">Height and width.</param>
    public static implicit operator PerAxis((int Height, int Width) values) => new(values.Height, values.Width);

    /// <summary>A number for each of three axes.</summary>
    /// <param name="values">Depth, height and width.</param>
    public static implicit operator PerAxis((int Depth, int Height, int Width) values) => new(values.Depth, values.Height, values.Width);

    /// <inheritdoc/>
    public override string ToString() => _values.Count == 1 ? $"{_values[0]}" : $"({string.Join(", ", _values)})";

    /// <summary>The number of each axis; nothing where the numbers are neither one nor as many as axes.</summary>
    internal int[] Along(int axes) => _values.Count == 1 ? [.. Enumerable.Repeat(_values[0], axes)] : _values.Count == axes ? [.. _values] : [];
}

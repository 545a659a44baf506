using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>
/// Which element of a value each point of a <see cref="Domain"/> reads: per axis an affine function of the point,
/// <c>index[axis] = constant + Σ coefficient[factor]·point[factor]</c>. Moves (transpose, slice, …) are such functions composed.
/// </summary>
internal sealed class IndexMap : IEquatable<IndexMap>
{
    private readonly int[] _rows;

    /// <summary>A map from its rows, each the constant followed by the coefficients.</summary>
    public IndexMap(int rank, int factors, int[] rows)
    {
        Rank = rank;
        Factors = factors;
        _rows = rows;
    }

    /// <summary>Number of axes read.</summary>
    public int Rank { get; }

    /// <summary>Number of factors of the domain.</summary>
    public int Factors { get; }

    /// <summary>The constant of an axis.</summary>
    public int Constant(int axis) => _rows[axis * (Factors + 1)];

    /// <summary>The coefficient of a factor in an axis.</summary>
    public int Coefficient(int axis, int factor) => _rows[(axis * (Factors + 1)) + 1 + factor];

    /// <summary>Axis i of the result reads as axis <paramref name="source"/>[i] of this.</summary>
    public IndexMap Select(ReadOnlySpan<int> source)
    {
        int[] rows = new int[source.Length * (Factors + 1)];
        for (int axis = 0; axis < source.Length; axis++)
        {
            Row(source[axis]).CopyTo(rows.AsSpan(axis * (Factors + 1)));
        }

        return new IndexMap(source.Length, Factors, rows);
    }

    /// <summary>Adds to each axis' index.</summary>
    public IndexMap Shift(ReadOnlySpan<int> starts)
    {
        int[] rows = (int[])_rows.Clone();
        for (int axis = 0; axis < Rank; axis++)
        {
            rows[axis * (Factors + 1)] += starts[axis];
        }

        return new IndexMap(Rank, Factors, rows);
    }

    /// <summary>Replaces an axis and the last one by <c>axis·step + last·dilation</c>: the reading of a sliding window.</summary>
    public IndexMap Window(int axis, int step, int dilation)
    {
        int width = Factors + 1;
        int[] rows = _rows[..((Rank - 1) * width)];
        for (int i = 0; i < width; i++)
        {
            rows[(axis * width) + i] = (_rows[(axis * width) + i] * step) + (_rows[((Rank - 1) * width) + i] * dilation);
        }

        return new IndexMap(Rank - 1, Factors, rows);
    }

    /// <summary>Reads axes from their other end.</summary>
    public IndexMap Flip(EquatableArray<int> axes, Shape shape)
    {
        int[] rows = (int[])_rows.Clone();
        foreach (int axis in axes)
        {
            Span<int> row = rows.AsSpan(axis * (Factors + 1), Factors + 1);
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = -row[i];
            }

            row[0] += shape[axis] - 1;
        }

        return new IndexMap(Rank, Factors, rows);
    }

    /// <summary>
    /// The same elements read from a value of another shape with the same row-major order; null where that is no affine function.
    /// It may be one after a factor is split: then the split is requested of the domain.
    /// </summary>
    /// <remarks>
    /// The row-major number of the element is affine in the point. Writing each coefficient as a multiple of one target stride gives target
    /// indices; when none can exceed its axis they are <i>the</i> indices, because the digits of a mixed-radix number are unique. A factor that is read
    /// backwards is turned around before, and back afterwards.
    /// </remarks>
    public IndexMap? Reshape(Shape from, Shape to, Domain domain)
    {
        int width = Factors + 1;
        int[] flat = Flat(from, domain);
        bool[] backwards = [.. flat.Skip(1).Select(coefficient => coefficient < 0)];
        for (int factor = 0; factor < Factors; factor++)
        {
            flat[0] += backwards[factor] ? flat[factor + 1] * (domain.Extents[factor] - 1) : 0;
            flat[factor + 1] = Math.Abs(flat[factor + 1]);
        }

        int[] rows = new int[to.Rank * width];
        int[] strides = to.Strides();
        int rest = flat[0];
        for (int axis = 0; axis < to.Rank; axis++)
        {
            rows[axis * width] = to[axis] == 1 ? 0 : rest / strides[axis];
            rest -= rows[axis * width] * strides[axis];
        }

        for (int factor = 0; factor < Factors; factor++)
        {
            if (flat[factor + 1] != 0)
            {
                int axis = Array.FindIndex(strides, 0, stride => stride <= flat[factor + 1]);
                while (axis >= 0 && axis < to.Rank && to[axis] == 1)
                {
                    axis++;
                }

                if (axis < 0 || axis == to.Rank || flat[factor + 1] % strides[axis] != 0)
                {
                    return null;
                }

                rows[(axis * width) + 1 + factor] = flat[factor + 1] / strides[axis];
            }
        }

        if (!Fits(rows, to, domain))
        {
            return null;
        }

        for (int factor = 0; factor < Factors; factor++)
        {
            for (int axis = 0; backwards[factor] && axis < to.Rank; axis++)
            {
                rows[axis * width] += rows[(axis * width) + 1 + factor] * (domain.Extents[factor] - 1);
                rows[(axis * width) + 1 + factor] *= -1;
            }
        }

        return new IndexMap(to.Rank, Factors, rows);
    }

    /// <summary>Strides per factor and offset of a value in memory read through this map.</summary>
    public (long Offset, int[] Strides) Through(View view)
    {
        long offset = 0;
        int[] strides = new int[Factors];
        for (int axis = 0; axis < Rank; axis++)
        {
            offset += (long)view.Strides[axis] * Constant(axis);
            for (int factor = 0; factor < Factors; factor++)
            {
                strides[factor] += view.Strides[axis] * Coefficient(axis, factor);
            }
        }

        return (offset, strides);
    }

    /// <inheritdoc/>
    public bool Equals(IndexMap? other) =>
        other is not null && other.Rank == Rank && other.Factors == Factors && _rows.AsSpan().SequenceEqual(other._rows);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as IndexMap);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int value in _rows)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    private Span<int> Row(int axis) => _rows.AsSpan(axis * (Factors + 1), Factors + 1);

    /// <summary>The row-major number of the element read: constant, then a coefficient per factor (0 for factors of one element).</summary>
    private int[] Flat(Shape shape, Domain domain)
    {
        int[] strides = shape.Strides();
        int[] flat = new int[Factors + 1];
        for (int axis = 0; axis < Rank; axis++)
        {
            for (int i = 0; i <= Factors; i++)
            {
                flat[i] += i > 0 && domain.Extents[i - 1] == 1 ? 0 : strides[axis] * Row(axis)[i];
            }
        }

        return flat;
    }

    private bool Fits(int[] rows, Shape to, Domain domain)
    {
        int width = Factors + 1;
        bool fits = true;
        for (int axis = 0; axis < to.Rank; axis++)
        {
            long last = rows[axis * width];
            for (int factor = 0; factor < Factors; factor++)
            {
                int coefficient = rows[(axis * width) + 1 + factor];
                int extent = domain.Extents[factor];
                last += (long)coefficient * (extent - 1);
                if (coefficient > 0 && (long)coefficient * (extent - 1) >= to[axis] && to[axis] % coefficient == 0
                    && to[axis] / coefficient is var inner and > 1 && extent % inner == 0)
                {
                    domain.RequestSplit(factor, inner);
                }
            }

            fits &= last < to[axis];
        }

        return fits;
    }
}

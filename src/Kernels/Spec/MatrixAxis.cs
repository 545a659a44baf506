using System.Diagnostics.CodeAnalysis;

namespace FastDPMeta.Kernels.Spec;

/// <summary>
/// How an axis of a matrix walks through memory. Most axes have one stride. An axis of several parts, outermost first, is a nest of loops counted as one:
/// element i lies where its mixed-radix digits say. The windows of a convolution are such a matrix (rows: image, row, column; columns: row and column of the
/// kernel, channel), so that it is multiplied where it lies and never copied out.
/// </summary>
/// <param name="Parts">At least one, at most <see cref="MostParts"/>; neighbours that walk as one are one part. The first part's extent is 0: whatever remains.</param>
public readonly record struct MatrixAxis(EquatableArray<MatrixAxisPart> Parts)
{
    /// <summary>The most parts that devices take.</summary>
    public const int MostParts = 4;

    /// <summary>Whether the axis has a single stride.</summary>
    public bool IsSimple => Parts.Count == 1;

    /// <summary>From one element to the next inside the innermost part.</summary>
    public int Stride => Parts[Parts.Count - 1].Stride;

    /// <summary>Elements of the innermost part; 0 where the axis is simple and has no other.</summary>
    public int Run => Parts[Parts.Count - 1].Extent;

    /// <summary>An axis with one stride.</summary>
    /// <param name="stride">In float elements.</param>
    public static implicit operator MatrixAxis(int stride) => FromInt32(stride);

    /// <summary>An axis with one stride; the named form of the conversion.</summary>
    /// <param name="stride">In float elements.</param>
    public static MatrixAxis FromInt32(int stride) => new([new MatrixAxisPart(0, stride)]);

    /// <summary>An axis of parts: parts of one element vanish, and neighbours that walk as one are joined.</summary>
    /// <param name="parts">Extents, all at least 1, and strides, outermost first; none stands for an axis of one element.</param>
    public static MatrixAxis Of(IEnumerable<MatrixAxisPart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        List<MatrixAxisPart> joined = [];
        foreach (MatrixAxisPart part in parts.Where(part => part.Extent != 1))
        {
            if (joined.Count > 0 && joined[^1].Stride == (long)part.Stride * part.Extent)
            {
                joined[^1] = new MatrixAxisPart(joined[^1].Extent * part.Extent, part.Stride);
            }
            else
            {
                joined.Add(part);
            }
        }

        if (joined.Count == 0)
        {
            return 0;
        }

        joined[0] = joined[0] with { Extent = 0 };
        return new MatrixAxis(EquatableArray.ToEquatableArray(joined));
    }

    /// <summary>The parts with their extents, given the axis' length.</summary>
    /// <param name="length">Number of elements.</param>
    public IEnumerable<MatrixAxisPart> Extents(int length)
    {
        int inner = 1;
        for (int part = 1; part < Parts.Count; part++)
        {
            inner *= Parts[part].Extent;
        }

        yield return Parts[0] with { Extent = length / inner };
        for (int part = 1; part < Parts.Count; part++)
        {
            yield return Parts[part];
        }
    }

    /// <summary>Where element <paramref name="index"/> lies, in float elements from the first.</summary>
    /// <param name="index">At least 0.</param>
    public long Offset(long index)
    {
        long offset = 0;
        for (int part = Parts.Count - 1; part > 0; part--)
        {
            (index, long digit) = Math.DivRem(index, Parts[part].Extent);
            offset += digit * Parts[part].Stride;
        }

        return offset + (index * Parts[0].Stride);
    }

    /// <inheritdoc/>
    [ExcludeFromCodeCoverage]
    public override string ToString() => string.Join('+', Parts.Select(part => part.Extent == 0 ? $"{part.Stride}" : $"{part.Extent}:{part.Stride}"));
}

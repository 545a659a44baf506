using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// Offsets of the elements of a <see cref="MatrixAxis"/>, looked up where they would need divisions: a table over all parts but the outermost, which
/// repeats itself a step further each time.
/// </summary>
internal sealed unsafe class AxisOffsets
{
    private readonly int[]? _table;
    private readonly long _step;

    /// <summary>Prepares an axis.</summary>
    public AxisOffsets(MatrixAxis axis)
    {
        _step = axis.Parts[0].Stride;
        if (axis.IsSimple)
        {
            return;
        }

        int period = 1;
        foreach (MatrixAxisPart part in axis.Parts.Span[1..])
        {
            period *= part.Extent;
        }

        _table = new int[period];
        for (int i = 0; i < period; i++)
        {
            _table[i] = checked((int)axis.Offset(i));
        }
    }

    /// <summary>Sets <c>target[i] = origin + scale·offset(first + i)</c>.</summary>
    /// <param name="first">Number of the first element.</param>
    /// <param name="count">How many.</param>
    /// <param name="origin">Added to each.</param>
    /// <param name="scale">Bytes of an element for addresses, 1 for offsets.</param>
    /// <param name="target">Room for as many numbers.</param>
    public void Fill(long first, int count, nint origin, int scale, nint* target)
    {
        if (_table is null)
        {
            for (int i = 0; i < count; i++)
            {
                target[i] = origin + (nint)((first + i) * _step * scale);
            }

            return;
        }

        (long period, long digit) = Math.DivRem(first, _table.Length);
        nint start = origin + (nint)(period * _step * scale);
        for (int i = 0; i < count; i++, digit++)
        {
            if (digit == _table.Length)
            {
                digit = 0;
                start += (nint)(_step * scale);
            }

            target[i] = start + ((nint)_table[digit] * scale);
        }
    }
}

using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// The batch axes of a kernel with up to three operands: turns the number of a batch element into the operands' offsets.
/// Axes along which every operand simply continues are merged, so that most kernels have at most one.
/// </summary>
internal sealed class BatchAxes
{
    private readonly int[] _extents;
    private readonly long[][] _strides;

    /// <summary>Merges axes.</summary>
    /// <param name="extents">Extent of each axis, outermost first.</param>
    /// <param name="strides">For each operand its stride along each axis.</param>
    public BatchAxes(ReadOnlySpan<int> extents, params ReadOnlySpan<EquatableArray<int>> strides)
    {
        List<int> merged = [];
        List<long>[] steps = new List<long>[strides.Length];
        for (int operand = 0; operand < strides.Length; operand++)
        {
            steps[operand] = [];
        }

        Count = 1;
        for (int axis = 0; axis < extents.Length; axis++)
        {
            int extent = extents[axis];
            Count *= extent;
            if (extent == 1)
            {
                continue;
            }

            bool continues = merged.Count > 0;
            for (int operand = 0; operand < strides.Length && continues; operand++)
            {
                continues = steps[operand][^1] == (long)strides[operand][axis] * extent;
            }

            if (continues)
            {
                merged[^1] = checked(merged[^1] * extent);
            }
            else
            {
                merged.Add(extent);
            }

            for (int operand = 0; operand < strides.Length; operand++)
            {
                if (continues)
                {
                    steps[operand][^1] = strides[operand][axis];
                }
                else
                {
                    steps[operand].Add(strides[operand][axis]);
                }
            }
        }

        _extents = [.. merged];
        _strides = [.. steps.Select(list => list.ToArray())];
    }

    /// <summary>Number of batch elements.</summary>
    public long Count { get; }

    /// <summary>Offset of one operand's matrix, row or vector in the batch element <paramref name="number"/>.</summary>
    public long Offset(int operand, long number)
    {
        long[] strides = _strides[operand];
        int axis = strides.Length - 1;
        if (axis < 0)
        {
            return 0;
        }

        long offset = 0;
        for (; axis > 0; axis--)
        {
            (number, long index) = Math.DivRem(number, _extents[axis]);
            offset += index * strides[axis];
        }

        return offset + (number * strides[0]);
    }

    /// <summary>First item of a part when <paramref name="count"/> items are dealt out evenly; the last is where the next part begins.</summary>
    public static long PartStart(long count, int part, int parts) => (long)((UInt128)count * (uint)part / (uint)parts);
}

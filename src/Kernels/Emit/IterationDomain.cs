namespace FastDPMeta.Kernels.Emit;

/// <summary>
/// Axes of a loop with the strides of all operands, brought to the simplest form with the same set of visited elements: axes of extent 1
/// are gone, axes are sorted by decreasing stride, and neighbours that every operand walks as one are one.
/// </summary>
/// <param name="Extents">Size of each axis, outermost first.</param>
/// <param name="Strides">For each operand its stride along every axis.</param>
internal sealed record IterationDomain(int[] Extents, int[][] Strides)
{
    /// <summary>Number of axes.</summary>
    public int Rank => Extents.Length;

    /// <summary>Number of visited elements.</summary>
    public long Count => Extents.Aggregate(1L, (product, extent) => product * extent);

    /// <summary>Simplifies a domain whose visiting order does not matter.</summary>
    /// <param name="extents">Sizes of the axes.</param>
    /// <param name="strides">For each operand its strides. Later operands weigh more in the order of the axes: put outputs last.</param>
    public static IterationDomain Simplify(ReadOnlySpan<int> extents, int[][] strides)
    {
        List<int> axes = [];
        for (int axis = 0; axis < extents.Length; axis++)
        {
            if (extents[axis] != 1)
            {
                axes.Add(axis);
            }
        }

        axes.Sort((left, right) => Compare(strides, left, right));
        List<int> sizes = [];
        List<int[]> columns = [];
        foreach (int axis in axes)
        {
            int[] column = [.. strides.Select(operand => operand[axis])];
            if (sizes.Count > 0 && Continues(columns[^1], column, extents[axis]))
            {
                sizes[^1] *= extents[axis];
                columns[^1] = column;
            }
            else
            {
                sizes.Add(extents[axis]);
                columns.Add(column);
            }
        }

        return new IterationDomain([.. sizes], [.. strides.Select((_, operand) => columns.Select(column => column[operand]).ToArray())]);
    }

    /// <summary>The strides of all operands along one axis.</summary>
    /// <param name="axis">The axis.</param>
    public int[] Along(int axis) => [.. Strides.Select(operand => operand[axis])];

    /// <summary>The same domain without one axis.</summary>
    /// <param name="axis">The axis.</param>
    public IterationDomain Without(int axis) => new(
        [.. Extents.Where((_, index) => index != axis)],
        [.. Strides.Select(operand => operand.Where((_, index) => index != axis).ToArray())]);

    private static int Compare(int[][] strides, int left, int right)
    {
        for (int operand = strides.Length - 1; operand >= 0; operand--)
        {
            int order = strides[operand][right].CompareTo(strides[operand][left]);
            if (order != 0)
            {
                return order;
            }
        }

        return left.CompareTo(right);
    }

    private static bool Continues(int[] outer, int[] inner, int extent)
    {
        for (int operand = 0; operand < outer.Length; operand++)
        {
            if (outer[operand] != (long)inner[operand] * extent)
            {
                return false;
            }
        }

        return true;
    }
}

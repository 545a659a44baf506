using FastDPMeta.Kernels.Emit;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>Walks the outer axes of a domain in order, last axis fastest, moving one pointer per operand.</summary>
internal static unsafe class CpuLoopOdometer
{
    /// <summary>Moves pointers from the first index of the domain to index number <paramref name="position"/>.</summary>
    /// <param name="domain">The axes.</param>
    /// <param name="position">From 0 to the domain's count - 1.</param>
    /// <param name="index">Receives the index along each axis.</param>
    /// <param name="pointers">One for each operand.</param>
    public static void Seek(IterationDomain domain, long position, int* index, float** pointers)
    {
        for (int axis = domain.Rank - 1; axis >= 0; axis--)
        {
            (position, long along) = Math.DivRem(position, domain.Extents[axis]);
            index[axis] = (int)along;
            for (int operand = 0; operand < domain.Strides.Length; operand++)
            {
                pointers[operand] += (nint)along * domain.Strides[operand][axis];
            }
        }
    }

    /// <summary>Moves to the next index; after the last one back to the first.</summary>
    /// <param name="domain">The axes.</param>
    /// <param name="index">The index along each axis.</param>
    /// <param name="pointers">One for each operand.</param>
    public static void Advance(IterationDomain domain, int* index, float** pointers)
    {
        for (int axis = domain.Rank - 1; axis >= 0; axis--)
        {
            bool wraps = ++index[axis] == domain.Extents[axis];
            index[axis] = wraps ? 0 : index[axis];
            for (int operand = 0; operand < domain.Strides.Length; operand++)
            {
                nint stride = domain.Strides[operand][axis];
                pointers[operand] += wraps ? -stride * (domain.Extents[axis] - 1) : stride;
            }

            if (!wraps)
            {
                return;
            }
        }
    }
}

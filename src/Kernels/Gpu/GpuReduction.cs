using FastDPMeta.Kernels.Scalar;
using ILGPU;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>
/// Combines one value of each thread of a group, always in the same tree: thread t takes t + width/2, then t + width/4, and so on.
/// Shared memory and barriers only, no subgroups and no atomics, so every device can and the bits never vary.
/// </summary>
internal static class GpuReduction
{
    private const int Widest = 256;

    /// <summary>Sum over the group; every thread gets it.</summary>
    /// <param name="value">This thread's part.</param>
    /// <param name="width">Threads of the group, a power of two of at most 256.</param>
    public static float Sum(float value, int width)
    {
        ArrayView<float> parts = SharedMemory.Allocate<float>(Widest);
        int thread = Group.IdxX;
        parts[thread] = value;
        Group.Barrier();
        for (int half = width >> 1; half > 0; half >>= 1)
        {
            if (thread < half)
            {
                parts[thread] += parts[thread + half];
            }

            Group.Barrier();
        }

        return parts[0];
    }

    /// <summary>Maximum over the group, NaN if any part is; every thread gets it.</summary>
    /// <param name="value">This thread's part.</param>
    /// <param name="width">Threads of the group, a power of two of at most 256.</param>
    public static float Max(float value, int width)
    {
        ArrayView<float> parts = SharedMemory.Allocate<float>(Widest);
        int thread = Group.IdxX;
        parts[thread] = value;
        Group.Barrier();
        for (int half = width >> 1; half > 0; half >>= 1)
        {
            if (thread < half)
            {
                parts[thread] = MaxScalar.At(parts[thread], parts[thread + half]);
            }

            Group.Barrier();
        }

        return parts[0];
    }
}

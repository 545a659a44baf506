using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>Short rows added and copied without a call: eight elements at a time, then one. Bits do not depend on the width of the hardware's vectors.</summary>
internal static unsafe class RowVectors
{
    /// <summary><c>target[i] += source[i]</c> for <paramref name="count"/> elements, which do not overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(float* target, float* source, nint count)
    {
        nint i = 0;
        for (; i <= count - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256.Store(Vector256.Load(target + i) + Vector256.Load(source + i), target + i);
        }

        for (; i < count; i++)
        {
            target[i] += source[i];
        }
    }

    /// <summary><c>target[i] = source[i]</c> for <paramref name="count"/> elements, which do not overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(float* target, float* source, nint count)
    {
        nint i = 0;
        for (; i <= count - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256.Store(Vector256.Load(source + i), target + i);
        }

        for (; i < count; i++)
        {
            target[i] = source[i];
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastDPMeta.Kernels.Emit;

/// <summary>
/// What emitted kernels of 512 bits do with memory besides plain loads and stores: strides, and rows that end within a vector. The parts of
/// a vector beyond <c>count</c> are neither read nor written. Bounds are the caller's: emitted loops stay within extents the replay checked.
/// </summary>
internal static unsafe class LaneMemory512
{
    /// <summary>All bits set in the first <paramref name="count"/> lanes.</summary>
    public static Vector512<float> Mask(int count) => Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();

    public static Vector512<float> LoadPart(float* p, Vector512<float> mask, int count)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.MaskLoad(p, mask, Vector512<float>.Zero);
        }

        float* buffer = stackalloc float[16];
        for (int lane = 0; lane < count; lane++)
        {
            buffer[lane] = p[lane];
        }

        return Vector512.Load(buffer);
    }

    public static void StorePart(float* p, Vector512<float> value, Vector512<float> mask, int count)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.MaskStore(p, mask, value);
            return;
        }

        for (int lane = 0; lane < count; lane++)
        {
            p[lane] = value.GetElement(lane);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gather(float* p, nint stride) =>
        Vector512.Create(LaneMemory256.Gather(p, stride), LaneMemory256.Gather(p + (8 * stride), stride));

    public static Vector512<float> GatherPart(float* p, nint stride, int count)
    {
        float* buffer = stackalloc float[16];
        for (int lane = 0; lane < count; lane++)
        {
            buffer[lane] = p[lane * stride];
        }

        return Vector512.Load(buffer);
    }

    public static void Scatter(float* p, nint stride, Vector512<float> value)
    {
        LaneMemory256.Scatter(p, stride, value.GetLower());
        LaneMemory256.Scatter(p + (8 * stride), stride, value.GetUpper());
    }

    public static void ScatterPart(float* p, nint stride, Vector512<float> value, int count)
    {
        for (int lane = 0; lane < count; lane++)
        {
            p[lane * stride] = value.GetElement(lane);
        }
    }

    /// <summary>The first value where the mask is set, else the second.</summary>
    public static Vector512<float> Select(Vector512<float> mask, Vector512<float> ifSet, Vector512<float> ifClear) =>
        Vector512.ConditionalSelect(mask, ifSet, ifClear);

    /// <summary>The lanes added as a balanced tree, halves first.</summary>
    public static float Sum(Vector512<float> value)
    {
        return LaneMemory256.Sum(value.GetLower() + value.GetUpper());
    }

    /// <summary>The largest lane; NaN if any is.</summary>
    public static float Max(Vector512<float> value)
    {
        return LaneMemory256.Max(Vector256.Max(value.GetLower(), value.GetUpper()));
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastDPMeta.Kernels.Emit;

/// <summary>
/// What emitted kernels of 256 bits do with memory besides plain loads and stores: strides, and rows that end within a vector. The parts of
/// a vector beyond <c>count</c> are neither read nor written. Bounds are the caller's: emitted loops stay within extents the replay checked.
/// </summary>
internal static unsafe class LaneMemory256
{
    /// <summary>All bits set in the first <paramref name="count"/> lanes.</summary>
    public static Vector256<float> Mask(int count) => Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();

    public static Vector256<float> LoadPart(float* p, Vector256<float> mask, int count)
    {
        if (Avx.IsSupported)
        {
            return Avx.MaskLoad(p, mask);
        }

        float* buffer = stackalloc float[8];
        for (int lane = 0; lane < count; lane++)
        {
            buffer[lane] = p[lane];
        }

        return Vector256.Load(buffer);
    }

    public static void StorePart(float* p, Vector256<float> value, Vector256<float> mask, int count)
    {
        if (Avx.IsSupported)
        {
            Avx.MaskStore(p, mask, value);
            return;
        }

        for (int lane = 0; lane < count; lane++)
        {
            p[lane] = value.GetElement(lane);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Gather(float* p, nint stride) =>
        Vector256.Create(LaneMemory128.Gather(p, stride), LaneMemory128.Gather(p + (4 * stride), stride));

    public static Vector256<float> GatherPart(float* p, nint stride, int count)
    {
        float* buffer = stackalloc float[8];
        for (int lane = 0; lane < count; lane++)
        {
            buffer[lane] = p[lane * stride];
        }

        return Vector256.Load(buffer);
    }

    public static void Scatter(float* p, nint stride, Vector256<float> value)
    {
        LaneMemory128.Scatter(p, stride, value.GetLower());
        LaneMemory128.Scatter(p + (4 * stride), stride, value.GetUpper());
    }

    public static void ScatterPart(float* p, nint stride, Vector256<float> value, int count)
    {
        for (int lane = 0; lane < count; lane++)
        {
            p[lane * stride] = value.GetElement(lane);
        }
    }

    /// <summary>The first value where the mask is set, else the second.</summary>
    public static Vector256<float> Select(Vector256<float> mask, Vector256<float> ifSet, Vector256<float> ifClear) =>
        Vector256.ConditionalSelect(mask, ifSet, ifClear);

    /// <summary>The lanes added as a balanced tree, halves first.</summary>
    public static float Sum(Vector256<float> value)
    {
        return LaneMemory128.Sum(value.GetLower() + value.GetUpper());
    }

    /// <summary>The largest lane; NaN if any is.</summary>
    public static float Max(Vector256<float> value)
    {
        return LaneMemory128.Max(Vector128.Max(value.GetLower(), value.GetUpper()));
    }
}

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

    // Inlined: a call would pass vectors through memory, which costs more than the load itself.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadPart(float* p, Vector256<float> mask, int count) =>
        Avx.IsSupported ? Avx.MaskLoad(p, mask) : GatherPart(p, 1, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(float* p, Vector256<float> value, Vector256<float> mask, int count)
    {
        if (Avx.IsSupported)
        {
            Avx.MaskStore(p, mask, value);
        }
        else
        {
            ScatterPart(p, 1, value, count);
        }
    }

    /// <summary>Each element twice: p[0], p[0], p[1], p[1], …</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadPairs(float* p) => Pairs(Vector128.Load(p));

    /// <summary>The same where <paramref name="count"/> lanes, an even number, are left.</summary>
    public static Vector256<float> LoadPairsPart(float* p, int count) => Pairs(LaneMemory128.LoadPart(p, LaneMemory128.Mask(count / 2), count / 2));

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

    private static Vector256<float> Pairs(Vector128<float> half) =>
        Vector256.Shuffle(half.ToVector256(), Vector256.Create(0, 0, 1, 1, 2, 2, 3, 3));
}

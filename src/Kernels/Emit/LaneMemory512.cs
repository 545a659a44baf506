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

    // Inlined: a call would pass vectors through memory, which costs more than the load itself.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadPart(float* p, Vector512<float> mask, int count) =>
        Avx512F.IsSupported ? Avx512F.MaskLoad(p, mask, Vector512<float>.Zero) : GatherPart(p, 1, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(float* p, Vector512<float> value, Vector512<float> mask, int count)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.MaskStore(p, mask, value);
        }
        else
        {
            ScatterPart(p, 1, value, count);
        }
    }

    /// <summary>Each element twice: p[0], p[0], p[1], p[1], …</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadPairs(float* p) => Pairs(Vector256.Load(p));

    /// <summary>The same where <paramref name="count"/> lanes, an even number, are left.</summary>
    public static Vector512<float> LoadPairsPart(float* p, int count) => Pairs(LaneMemory256.LoadPart(p, LaneMemory256.Mask(count / 2), count / 2));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gather(float* p, nint stride) => stride == 2 && Avx512F.IsSupported
        ? GatherEven(p, 16)
        : Vector512.Create(LaneMemory256.Gather(p, stride), LaneMemory256.Gather(p + (8 * stride), stride));

    public static Vector512<float> GatherPart(float* p, nint stride, int count)
    {
        if (stride == 2 && Avx512F.IsSupported)
        {
            return GatherEven(p, count);
        }

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

    private static Vector512<float> Pairs(Vector256<float> half) =>
        Vector512.Shuffle(half.ToVector512(), Vector512.Create(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7));

    /// <summary>Every second element: pooling windows of two are read so.</summary>
    private static Vector512<float> GatherEven(float* p, int count)
    {
        int last = (2 * count) - 1; // elements between the first and the last one read
        Vector512<float> low = Avx512F.MaskLoad(p, Mask(last), Vector512<float>.Zero);
        Vector512<float> high = Avx512F.MaskLoad(p + 16, Mask(last - 16), Vector512<float>.Zero);
        Vector512<int> even = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
        return Avx512F.PermuteVar16x32x2(low, even, high);
    }
}

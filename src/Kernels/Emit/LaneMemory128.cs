using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using FastDPMeta.Kernels.Scalar;

namespace FastDPMeta.Kernels.Emit;

/// <summary>
/// What emitted kernels of 128 bits do with memory besides plain loads and stores: strides, and rows that end within a vector. The parts of
/// a vector beyond <c>count</c> are neither read nor written. Bounds are the caller's: emitted loops stay within extents the replay checked.
/// </summary>
internal static unsafe class LaneMemory128
{
    /// <summary>All bits set in the first <paramref name="count"/> lanes.</summary>
    public static Vector128<float> Mask(int count) => Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(count)).AsSingle();

    // Inlined: a call would pass vectors through memory, which costs more than the load itself.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadPart(float* p, Vector128<float> mask, int count) =>
        Avx.IsSupported ? Avx.MaskLoad(p, mask) : GatherPart(p, 1, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(float* p, Vector128<float> value, Vector128<float> mask, int count)
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
    public static Vector128<float> LoadPairs(float* p) => Vector128.Create(p[0], p[0], p[1], p[1]);

    /// <summary>The same where <paramref name="count"/> lanes, an even number, are left.</summary>
    public static Vector128<float> LoadPairsPart(float* p, int count) => Vector128.Create(p[0], p[0], count > 2 ? p[1] : 0, count > 2 ? p[1] : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Gather(float* p, nint stride) =>
        Vector128.Create(p[0], p[stride], p[2 * stride], p[3 * stride]);

    public static Vector128<float> GatherPart(float* p, nint stride, int count)
    {
        float* buffer = stackalloc float[4];
        for (int lane = 0; lane < count; lane++)
        {
            buffer[lane] = p[lane * stride];
        }

        return Vector128.Load(buffer);
    }

    public static void Scatter(float* p, nint stride, Vector128<float> value)
    {
        p[0] = value.GetElement(0);
        p[stride] = value.GetElement(1);
        p[2 * stride] = value.GetElement(2);
        p[3 * stride] = value.GetElement(3);
    }

    public static void ScatterPart(float* p, nint stride, Vector128<float> value, int count)
    {
        for (int lane = 0; lane < count; lane++)
        {
            p[lane * stride] = value.GetElement(lane);
        }
    }

    /// <summary>The first value where the mask is set, else the second.</summary>
    public static Vector128<float> Select(Vector128<float> mask, Vector128<float> ifSet, Vector128<float> ifClear) =>
        Vector128.ConditionalSelect(mask, ifSet, ifClear);

    /// <summary>The lanes added as a balanced tree, halves first.</summary>
    public static float Sum(Vector128<float> value)
    {
        Vector128<float> pairs = value + Vector128.Shuffle(value, Vector128.Create(2, 3, 0, 1));
        return pairs.ToScalar() + pairs.GetElement(1);
    }

    /// <summary>The largest lane; NaN if any is.</summary>
    public static float Max(Vector128<float> value)
    {
        Vector128<float> pairs = Vector128.Max(value, Vector128.Shuffle(value, Vector128.Create(2, 3, 0, 1)));
        return MaxScalar.At(pairs.ToScalar(), pairs.GetElement(1));
    }
}

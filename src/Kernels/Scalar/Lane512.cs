using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastDPMeta.Kernels.Scalar;

/// <inheritdoc/>
internal readonly struct Lane512 : ILane<Vector512<float>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Splat(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> x, Vector512<float> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sub(Vector512<float> x, Vector512<float> y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Mul(Vector512<float> x, Vector512<float> y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Div(Vector512<float> x, Vector512<float> y) => x / y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MulAdd(Vector512<float> x, Vector512<float> y, Vector512<float> z) => Vector512.MultiplyAddEstimate(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Abs(Vector512<float> x) => Vector512.Abs(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> NegativeAbs(Vector512<float> x) => x | Vector512.Create(-0f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WithSign(Vector512<float> x, Vector512<float> sign) => x | (sign & Vector512.Create(-0f));

    // The constant comes first: x86 returns the second operand when one is NaN, Arm returns NaN either way.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> AtMost(float limit, Vector512<float> x) => Vector512.MinNative(Vector512.Create(limit), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> AtLeast(float limit, Vector512<float> x) => Vector512.MaxNative(Vector512.Create(limit), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Less(Vector512<float> x, Vector512<float> y) => Vector512.LessThan(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> IsZero(Vector512<float> x) => Vector512.Equals(x, Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Select(Vector512<float> mask, Vector512<float> ifSet, Vector512<float> ifClear) =>
        Vector512.ConditionalSelect(mask, ifSet, ifClear);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> PowerOfTwo(Vector512<float> biased) => (biased.AsInt32() << LaneBits.MantissaBits).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Scale(Vector512<float> x, Vector512<float> n, Vector512<float> biasedTwice)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.Scale(x, n);
        }

        // Two factors, because 2ⁿ itself may not be a normal float; the first product is exact. Halving the sum leaves each half biased once.
        Vector512<int> half = biasedTwice.AsInt32() >> 1;
        Vector512<float> first = (half << LaneBits.MantissaBits).AsSingle();
        Vector512<float> second = ((biasedTwice.AsInt32() - half) << LaneBits.MantissaBits).AsSingle();
        return x * first * second;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ScaleDown(Vector512<float> x, Vector512<float> n, Vector512<float> raised) =>
        Avx512F.IsSupported ? Avx512F.Scale(x, n) : x * PowerOfTwo(raised) * Vector512.Create(LaneConstants.LowerAgain);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Split(Vector512<float> x, out Vector512<float> exponent)
    {
        Vector512<int> e = (x.AsInt32() - Vector512.Create(LaneBits.TwoThirds)) >> LaneBits.MantissaBits;
        exponent = Vector512.ConvertToSingle(e);
        return (x.AsInt32() - (e << LaneBits.MantissaBits)).AsSingle();
    }
}

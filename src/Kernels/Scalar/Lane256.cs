using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastDPMeta.Kernels.Scalar;

/// <inheritdoc/>
internal readonly struct Lane256 : ILane<Vector256<float>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Splat(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> x, Vector256<float> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sub(Vector256<float> x, Vector256<float> y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Mul(Vector256<float> x, Vector256<float> y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Div(Vector256<float> x, Vector256<float> y) => x / y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MulAdd(Vector256<float> x, Vector256<float> y, Vector256<float> z) => Vector256.MultiplyAddEstimate(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Abs(Vector256<float> x) => Vector256.Abs(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> NegativeAbs(Vector256<float> x) => x | Vector256.Create(-0f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> WithSign(Vector256<float> x, Vector256<float> sign) => x | (sign & Vector256.Create(-0f));

    // The constant comes first: x86 returns the second operand when one is NaN, Arm returns NaN either way.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> AtMost(float limit, Vector256<float> x) => Vector256.MinNative(Vector256.Create(limit), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> AtLeast(float limit, Vector256<float> x) => Vector256.MaxNative(Vector256.Create(limit), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Less(Vector256<float> x, Vector256<float> y) => Vector256.LessThan(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> IsZero(Vector256<float> x) => Vector256.Equals(x, Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Select(Vector256<float> mask, Vector256<float> ifSet, Vector256<float> ifClear) =>
        Vector256.ConditionalSelect(mask, ifSet, ifClear);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> PowerOfTwo(Vector256<float> biased) => (biased.AsInt32() << LaneBits.MantissaBits).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scale(Vector256<float> x, Vector256<float> n, Vector256<float> biasedTwice)
    {
        if (Avx512F.VL.IsSupported)
        {
            return Avx512F.VL.Scale(x, n);
        }

        // Two factors, because 2ⁿ itself may not be a normal float; the first product is exact. Halving the sum leaves each half biased once.
        Vector256<int> half = biasedTwice.AsInt32() >> 1;
        Vector256<float> first = (half << LaneBits.MantissaBits).AsSingle();
        Vector256<float> second = ((biasedTwice.AsInt32() - half) << LaneBits.MantissaBits).AsSingle();
        return x * first * second;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ScaleDown(Vector256<float> x, Vector256<float> n, Vector256<float> raised) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.Scale(x, n) : x * PowerOfTwo(raised) * Vector256.Create(LaneConstants.LowerAgain);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Split(Vector256<float> x, out Vector256<float> exponent)
    {
        Vector256<int> e = (x.AsInt32() - Vector256.Create(LaneBits.TwoThirds)) >> LaneBits.MantissaBits;
        exponent = Vector256.ConvertToSingle(e);
        return (x.AsInt32() - (e << LaneBits.MantissaBits)).AsSingle();
    }
}

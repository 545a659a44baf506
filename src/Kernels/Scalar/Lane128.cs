using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastDPMeta.Kernels.Scalar;

/// <inheritdoc/>
internal readonly struct Lane128 : ILane<Vector128<float>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Splat(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> x, Vector128<float> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sub(Vector128<float> x, Vector128<float> y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Mul(Vector128<float> x, Vector128<float> y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Div(Vector128<float> x, Vector128<float> y) => x / y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MulAdd(Vector128<float> x, Vector128<float> y, Vector128<float> z) => Vector128.MultiplyAddEstimate(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Abs(Vector128<float> x) => Vector128.Abs(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> NegativeAbs(Vector128<float> x) => x | Vector128.Create(-0f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> WithSign(Vector128<float> x, Vector128<float> sign) => x | (sign & Vector128.Create(-0f));

    // The constant comes first: x86 returns the second operand when one is NaN, Arm returns NaN either way.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> AtMost(float limit, Vector128<float> x) => Vector128.MinNative(Vector128.Create(limit), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> AtLeast(float limit, Vector128<float> x) => Vector128.MaxNative(Vector128.Create(limit), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Less(Vector128<float> x, Vector128<float> y) => Vector128.LessThan(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> IsZero(Vector128<float> x) => Vector128.Equals(x, Vector128<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Select(Vector128<float> mask, Vector128<float> ifSet, Vector128<float> ifClear) =>
        Vector128.ConditionalSelect(mask, ifSet, ifClear);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> PowerOfTwo(Vector128<float> biased) => (biased.AsInt32() << LaneBits.MantissaBits).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Scale(Vector128<float> x, Vector128<float> n, Vector128<float> biasedTwice)
    {
        if (Avx512F.VL.IsSupported)
        {
            return Avx512F.VL.Scale(x, n);
        }

        // Two factors, because 2ⁿ itself may not be a normal float; the first product is exact. Halving the sum leaves each half biased once.
        Vector128<int> half = biasedTwice.AsInt32() >> 1;
        Vector128<float> first = (half << LaneBits.MantissaBits).AsSingle();
        Vector128<float> second = ((biasedTwice.AsInt32() - half) << LaneBits.MantissaBits).AsSingle();
        return x * first * second;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ScaleDown(Vector128<float> x, Vector128<float> n, Vector128<float> raised) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.Scale(x, n) : x * PowerOfTwo(raised) * Vector128.Create(LaneConstants.LowerAgain);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Split(Vector128<float> x, out Vector128<float> exponent)
    {
        Vector128<int> e = (x.AsInt32() - Vector128.Create(LaneBits.TwoThirds)) >> LaneBits.MantissaBits;
        exponent = Vector128.ConvertToSingle(e);
        return (x.AsInt32() - (e << LaneBits.MantissaBits)).AsSingle();
    }
}

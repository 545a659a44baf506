using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastDPMeta.Kernels.Ntt;

/// <inheritdoc/>
internal readonly unsafe struct ResidueLane256 : IResidueLane<Vector256<double>>
{
    public static int Count => Vector256<double>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Load(double* address) => Vector256.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<double> x, double* address) => x.Store(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Create(double value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Add(Vector256<double> x, Vector256<double> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Subtract(Vector256<double> x, Vector256<double> y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Multiply(Vector256<double> x, Vector256<double> y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> MultiplyAdd(Vector256<double> x, Vector256<double> y, Vector256<double> z) =>
        Vector256.FusedMultiplyAdd(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> MultiplySubtract(Vector256<double> x, Vector256<double> y, Vector256<double> z) =>
        Fma.IsSupported ? Fma.MultiplySubtract(x, y, z) : Vector256.FusedMultiplyAdd(x, y, -z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Round(Vector256<double> x) => Vector256.Round(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> LowQuads(Vector256<double> x, Vector256<double> y) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> HighQuads(Vector256<double> x, Vector256<double> y) => y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> LowPairs(Vector256<double> x, Vector256<double> y) =>
        Avx.IsSupported ? Avx.Permute2x128(x, y, 0x20) : Vector256.Create(x.GetLower(), y.GetLower());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> HighPairs(Vector256<double> x, Vector256<double> y) =>
        Avx.IsSupported ? Avx.Permute2x128(x, y, 0x31) : Vector256.Create(x.GetUpper(), y.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> LowSingles(Vector256<double> x, Vector256<double> y) =>
        Avx.IsSupported ? Avx.UnpackLow(x, y) : Vector256.Create(ResidueLane128.LowSingles(x.GetLower(), y.GetLower()), ResidueLane128.LowSingles(x.GetUpper(), y.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> HighSingles(Vector256<double> x, Vector256<double> y) =>
        Avx.IsSupported ? Avx.UnpackHigh(x, y) : Vector256.Create(ResidueLane128.HighSingles(x.GetLower(), y.GetLower()), ResidueLane128.HighSingles(x.GetUpper(), y.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> FirstInterleaved(Vector256<double> x, Vector256<double> y) =>
        LowPairs(LowSingles(x, y), HighSingles(x, y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> SecondInterleaved(Vector256<double> x, Vector256<double> y) =>
        HighPairs(LowSingles(x, y), HighSingles(x, y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Evens(Vector256<double> x, Vector256<double> y) => LowSingles(LowPairs(x, y), HighPairs(x, y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Odds(Vector256<double> x, Vector256<double> y) => HighSingles(LowPairs(x, y), HighPairs(x, y));
}

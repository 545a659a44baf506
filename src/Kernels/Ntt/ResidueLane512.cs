using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastDPMeta.Kernels.Ntt;

/// <inheritdoc/>
internal readonly unsafe struct ResidueLane512 : IResidueLane<Vector512<double>>
{
    // No fraction bits, to nearest, inexact results not signalled.
    private const byte NearestEven = 0b1000;

    public static int Count => Vector512<double>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load(double* address) => Vector512.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<double> x, double* address) => x.Store(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Create(double value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Add(Vector512<double> x, Vector512<double> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Subtract(Vector512<double> x, Vector512<double> y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Multiply(Vector512<double> x, Vector512<double> y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> MultiplyAdd(Vector512<double> x, Vector512<double> y, Vector512<double> z) =>
        Vector512.FusedMultiplyAdd(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> MultiplySubtract(Vector512<double> x, Vector512<double> y, Vector512<double> z) =>
        Avx512F.IsSupported ? Avx512F.FusedMultiplySubtract(x, y, z) : Vector512.FusedMultiplyAdd(x, y, -z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Round(Vector512<double> x) => Avx512F.IsSupported ? Avx512F.RoundScale(x, NearestEven) : Vector512.Round(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> LowQuads(Vector512<double> x, Vector512<double> y) =>
        Avx512F.IsSupported ? Avx512F.Shuffle4x128(x, y, 0b01_00_01_00) : Vector512.Create(x.GetLower(), y.GetLower());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> HighQuads(Vector512<double> x, Vector512<double> y) =>
        Avx512F.IsSupported ? Avx512F.Shuffle4x128(x, y, 0b11_10_11_10) : Vector512.Create(x.GetUpper(), y.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> LowPairs(Vector512<double> x, Vector512<double> y) =>
        Avx512F.IsSupported ? Avx512F.PermuteVar8x64x2(x, Vector512.Create(0L, 1, 8, 9, 4, 5, 12, 13), y) : Vector512.Create(ResidueLane256.LowPairs(x.GetLower(), y.GetLower()), ResidueLane256.LowPairs(x.GetUpper(), y.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> HighPairs(Vector512<double> x, Vector512<double> y) =>
        Avx512F.IsSupported ? Avx512F.PermuteVar8x64x2(x, Vector512.Create(2L, 3, 10, 11, 6, 7, 14, 15), y) : Vector512.Create(ResidueLane256.HighPairs(x.GetLower(), y.GetLower()), ResidueLane256.HighPairs(x.GetUpper(), y.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> LowSingles(Vector512<double> x, Vector512<double> y) =>
        Avx512F.IsSupported ? Avx512F.UnpackLow(x, y) : Vector512.Create(ResidueLane256.LowSingles(x.GetLower(), y.GetLower()), ResidueLane256.LowSingles(x.GetUpper(), y.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> HighSingles(Vector512<double> x, Vector512<double> y) =>
        Avx512F.IsSupported ? Avx512F.UnpackHigh(x, y) : Vector512.Create(ResidueLane256.HighSingles(x.GetLower(), y.GetLower()), ResidueLane256.HighSingles(x.GetUpper(), y.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> FirstInterleaved(Vector512<double> x, Vector512<double> y) =>
        Avx512F.IsSupported ? Avx512F.PermuteVar8x64x2(x, Vector512.Create(0L, 8, 1, 9, 2, 10, 3, 11), y) : Vector512.Create(ResidueLane256.FirstInterleaved(x.GetLower(), y.GetLower()), ResidueLane256.SecondInterleaved(x.GetLower(), y.GetLower()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> SecondInterleaved(Vector512<double> x, Vector512<double> y) =>
        Avx512F.IsSupported ? Avx512F.PermuteVar8x64x2(x, Vector512.Create(4L, 12, 5, 13, 6, 14, 7, 15), y) : Vector512.Create(ResidueLane256.FirstInterleaved(x.GetUpper(), y.GetUpper()), ResidueLane256.SecondInterleaved(x.GetUpper(), y.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Evens(Vector512<double> x, Vector512<double> y) =>
        Avx512F.IsSupported ? Avx512F.PermuteVar8x64x2(x, Vector512.Create(0L, 2, 4, 6, 8, 10, 12, 14), y) : Vector512.Create(ResidueLane256.Evens(x.GetLower(), x.GetUpper()), ResidueLane256.Evens(y.GetLower(), y.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Odds(Vector512<double> x, Vector512<double> y) =>
        Avx512F.IsSupported ? Avx512F.PermuteVar8x64x2(x, Vector512.Create(1L, 3, 5, 7, 9, 11, 13, 15), y) : Vector512.Create(ResidueLane256.Odds(x.GetLower(), x.GetUpper()), ResidueLane256.Odds(y.GetLower(), y.GetUpper()));
}

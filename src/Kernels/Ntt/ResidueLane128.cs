using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastDPMeta.Kernels.Ntt;

/// <inheritdoc/>
internal readonly unsafe struct ResidueLane128 : IResidueLane<Vector128<double>>
{
    public static int Count => Vector128<double>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Load(double* address) => Vector128.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<double> x, double* address) => x.Store(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Create(double value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Add(Vector128<double> x, Vector128<double> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Subtract(Vector128<double> x, Vector128<double> y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Multiply(Vector128<double> x, Vector128<double> y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> MultiplyAdd(Vector128<double> x, Vector128<double> y, Vector128<double> z) =>
        Vector128.FusedMultiplyAdd(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> MultiplySubtract(Vector128<double> x, Vector128<double> y, Vector128<double> z) =>
        Fma.IsSupported ? Fma.MultiplySubtract(x, y, z) : Vector128.FusedMultiplyAdd(x, y, -z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Round(Vector128<double> x) => Vector128.Round(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> LowQuads(Vector128<double> x, Vector128<double> y) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> HighQuads(Vector128<double> x, Vector128<double> y) => y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> LowPairs(Vector128<double> x, Vector128<double> y) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> HighPairs(Vector128<double> x, Vector128<double> y) => y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> LowSingles(Vector128<double> x, Vector128<double> y) => Vector128.Create(x.GetLower(), y.GetLower());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> HighSingles(Vector128<double> x, Vector128<double> y) => Vector128.Create(x.GetUpper(), y.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> FirstInterleaved(Vector128<double> x, Vector128<double> y) => LowSingles(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> SecondInterleaved(Vector128<double> x, Vector128<double> y) => HighSingles(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Evens(Vector128<double> x, Vector128<double> y) => LowSingles(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Odds(Vector128<double> x, Vector128<double> y) => HighSingles(x, y);
}

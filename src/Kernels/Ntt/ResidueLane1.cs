using System.Runtime.CompilerServices;

namespace FastDPMeta.Kernels.Ntt;

/// <summary>One lane: the specification of the others. Nothing is ever exchanged.</summary>
internal readonly unsafe struct ResidueLane1 : IResidueLane<double>
{
    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Load(double* address) => *address;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(double x, double* address) => *address = x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Create(double value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Add(double x, double y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Subtract(double x, double y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Multiply(double x, double y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double MultiplyAdd(double x, double y, double z) => Math.FusedMultiplyAdd(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double MultiplySubtract(double x, double y, double z) => Math.FusedMultiplyAdd(x, y, -z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Round(double x) => Math.Round(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double LowQuads(double x, double y) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double HighQuads(double x, double y) => y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double LowPairs(double x, double y) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double HighPairs(double x, double y) => y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double LowSingles(double x, double y) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double HighSingles(double x, double y) => y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double FirstInterleaved(double x, double y) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SecondInterleaved(double x, double y) => y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Evens(double x, double y) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Odds(double x, double y) => y;
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Cpu;

/// <inheritdoc cref="TileLane512"/>
internal static unsafe class TileLane256
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(nint address) => Vector256.Load((float*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Splat(nint address) => Vector256.Create(*(float*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MulAdd(Vector256<float> x, Vector256<float> y, Vector256<float> sum) => Vector256.MultiplyAddEstimate(x, y, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> x, Vector256<float> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> And(Vector256<float> x, Vector256<float> mask) => x & mask;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> x) => Vector256.Sum(x);

    /// <inheritdoc cref="TileLane512.Mask"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Mask(nint count) => Vector256.LessThan(Vector256<int>.Indices, Vector256.Create((int)count)).AsSingle();

    /// <inheritdoc cref="TileLane512.Store"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> x, nint address, int count)
    {
        if (count >= Vector256<float>.Count)
        {
            x.Store((float*)address);
        }
        else if (count >= Vector128<float>.Count)
        {
            x.GetLower().Store((float*)address);
            TileLane128.Store(x.GetUpper(), address + (Vector128<float>.Count * sizeof(float)), count - Vector128<float>.Count);
        }
        else
        {
            TileLane128.Store(x.GetLower(), address, count);
        }
    }
}

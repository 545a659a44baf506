using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Cpu;

/// <inheritdoc cref="TileLane512"/>
internal static unsafe class TileLane128
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(nint address) => Vector128.Load((float*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Splat(nint address) => Vector128.Create(*(float*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MulAdd(Vector128<float> x, Vector128<float> y, Vector128<float> sum) => Vector128.MultiplyAddEstimate(x, y, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> x, Vector128<float> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> And(Vector128<float> x, Vector128<float> mask) => x & mask;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector128<float> x) => Vector128.Sum(x);

    /// <inheritdoc cref="TileLane512.Mask"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Mask(nint count) => Vector128.LessThan(Vector128<int>.Indices, Vector128.Create((int)count)).AsSingle();

    /// <inheritdoc cref="TileLane512.Store"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> x, nint address, int count)
    {
        float* target = (float*)address;
        if (count >= Vector128<float>.Count)
        {
            x.Store(target);
            return;
        }

        if (count >= 1)
        {
            target[0] = x.ToScalar();
        }

        if (count >= 2)
        {
            target[1] = x.GetElement(1);
        }

        if (count >= 3)
        {
            target[2] = x.GetElement(2);
        }
    }
}

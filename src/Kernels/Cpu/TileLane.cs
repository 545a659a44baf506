using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// The few vector operations of the matrix product, by the same names for every width, as <see cref="MatMulTileEmitter"/> calls them.
/// Loads may run past an operand: the arena has slack for that, and the elements are never stored.
/// </summary>
internal static unsafe class TileLane512
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(nint address) => Vector512.Load((float*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Splat(nint address) => Vector512.Create(*(float*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MulAdd(Vector512<float> x, Vector512<float> y, Vector512<float> sum) => Vector512.MultiplyAddEstimate(x, y, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> x, Vector512<float> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> And(Vector512<float> x, Vector512<float> mask) => x & mask;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> x) => Vector512.Sum(x);

    /// <summary>All ones in the first <paramref name="count"/> lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Mask(nint count) => Vector512.LessThan(Vector512<int>.Indices, Vector512.Create((int)count)).AsSingle();

    /// <summary>Stores the first <paramref name="count"/> lanes; a constant at every call, so the branches vanish.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> x, nint address, int count)
    {
        if (count >= Vector512<float>.Count)
        {
            x.Store((float*)address);
        }
        else if (count >= Vector256<float>.Count)
        {
            x.GetLower().Store((float*)address);
            TileLane256.Store(x.GetUpper(), address + (Vector256<float>.Count * sizeof(float)), count - Vector256<float>.Count);
        }
        else
        {
            TileLane256.Store(x.GetLower(), address, count);
        }
    }
}

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

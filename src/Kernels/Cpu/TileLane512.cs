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

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// Brings a square piece of an operand that lies across the loop's rows into scratch memory, the right way round. Four cache lines are
/// read at a time, each whole, so strides of powers of two (whose lines compete for one cache set) cost nothing extra.
/// </summary>
internal static unsafe class CpuLoopTile
{
    /// <summary>Rows and columns of a tile; also the distance between its rows in scratch memory.</summary>
    public const int Side = 64;

    /// <summary>Floats of a tile.</summary>
    public const int Elements = Side * Side;

    /// <summary>Writes <c>target[row·Side + column] = source[column·stride + row]</c>.</summary>
    /// <param name="source">First element; rows are contiguous.</param>
    /// <param name="stride">Elements from one column to the next.</param>
    /// <param name="target">Scratch memory of <see cref="Elements"/> floats.</param>
    /// <param name="columns">Columns of the tile, at most <see cref="Side"/>.</param>
    /// <param name="rows">Rows of the tile, at most <see cref="Side"/>.</param>
    public static void Transpose(float* source, nint stride, float* target, nint columns, nint rows)
    {
        nint column = 0;
        for (; column <= columns - 4; column += 4)
        {
            float* from = source + (column * stride);
            float* to = target + column;
            nint row = 0;
            for (; row <= rows - 4; row += 4)
            {
                Transpose4(from + row, stride, to + (row * Side));
            }

            for (; row < rows; row++)
            {
                Vector128.Create(from[row], from[row + stride], from[row + (2 * stride)], from[row + (3 * stride)]).Store(to + (row * Side));
            }
        }

        for (; column < columns; column++)
        {
            for (nint row = 0; row < rows; row++)
            {
                target[(row * Side) + column] = source[(column * stride) + row];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4(float* source, nint stride, float* target)
    {
        Vector128<float> a = Vector128.Load(source);
        Vector128<float> b = Vector128.Load(source + stride);
        Vector128<float> c = Vector128.Load(source + (2 * stride));
        Vector128<float> d = Vector128.Load(source + (3 * stride));
        Vector128<float> acLow = InterleaveLow(a, c);
        Vector128<float> acHigh = InterleaveHigh(a, c);
        Vector128<float> bdLow = InterleaveLow(b, d);
        Vector128<float> bdHigh = InterleaveHigh(b, d);
        InterleaveLow(acLow, bdLow).Store(target);
        InterleaveHigh(acLow, bdLow).Store(target + Side);
        InterleaveLow(acHigh, bdHigh).Store(target + (2 * Side));
        InterleaveHigh(acHigh, bdHigh).Store(target + (3 * Side));
    }

    /// <summary>x0 y0 x1 y1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveLow(Vector128<float> x, Vector128<float> y) =>
        Sse.IsSupported ? Sse.UnpackLow(x, y)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(x, y)
        : Vector128.Create(x.GetElement(0), y.GetElement(0), x.GetElement(1), y.GetElement(1));

    /// <summary>x2 y2 x3 y3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveHigh(Vector128<float> x, Vector128<float> y) =>
        Sse.IsSupported ? Sse.UnpackHigh(x, y)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(x, y)
        : Vector128.Create(x.GetElement(2), y.GetElement(2), x.GetElement(3), y.GetElement(3));
}

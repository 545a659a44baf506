using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>Copies a strip of a matrix so that a tile kernel reads it straight through: for each k the strip's elements side by side.</summary>
internal static unsafe class MatMulPacking
{
    private const int LineFloats = 16;

    /// <summary>Sets <c>target[k·width + i] = source[i·across + k·along]</c>; elements i from count to width are left as they are.</summary>
    /// <param name="source">First element of the strip.</param>
    /// <param name="across">Stride of i.</param>
    /// <param name="along">Stride of k.</param>
    /// <param name="count">Elements side by side, at most width.</param>
    /// <param name="depth">Number of k.</param>
    /// <param name="target">Room for depth·width elements.</param>
    /// <param name="width">Distance between two k in the target.</param>
    public static void Pack(float* source, long across, long along, int count, int depth, float* target, int width)
    {
        if (across == 1)
        {
            for (long k = 0; k < depth; k++)
            {
                Unsafe.CopyBlockUnaligned(target + (k * width), source + (k * along), (uint)count * sizeof(float));
            }

            return;
        }

        int wholeCount = along == 1 ? count & ~3 : 0;
        int wholeDepth = depth & ~3;
        for (int block = 0; block < wholeDepth && wholeCount > 0; block += LineFloats)
        {
            // A cache line of every row at a time: each line is read once, and what is written stays near until it is whole.
            int end = Math.Min(wholeDepth, block + LineFloats);
            for (int i = 0; i < wholeCount; i += 4)
            {
                for (int k = block; k < end; k += 4)
                {
                    Transpose(source + (i * across) + k, across, target + ((long)k * width) + i, width);
                }
            }
        }

        PackPlain(source, across, along, 0, wholeCount, wholeDepth, depth, target, width);
        PackPlain(source, across, along, wholeCount, count, 0, depth, target, width);
    }

    private static void PackPlain(
        float* source, long across, long along, int firstElement, int count, int firstDepth, int depth, float* target, int width)
    {
        for (long k = firstDepth; k < depth; k++)
        {
            for (long i = firstElement; i < count; i++)
            {
                target[(k * width) + i] = source[(i * across) + (k * along)];
            }
        }
    }

    /// <summary>Four rows of four become columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(float* source, long from, float* target, long to)
    {
        Vector128<float> a = Vector128.Load(source);
        Vector128<float> b = Vector128.Load(source + from);
        Vector128<float> c = Vector128.Load(source + (2 * from));
        Vector128<float> d = Vector128.Load(source + (3 * from));
        Vector128<float> ac0 = ZipLow(a, c); // a0 c0 a1 c1
        Vector128<float> ac1 = ZipHigh(a, c); // a2 c2 a3 c3
        Vector128<float> bd0 = ZipLow(b, d);
        Vector128<float> bd1 = ZipHigh(b, d);
        ZipLow(ac0, bd0).Store(target); // a0 b0 c0 d0
        ZipHigh(ac0, bd0).Store(target + to);
        ZipLow(ac1, bd1).Store(target + (2 * to));
        ZipHigh(ac1, bd1).Store(target + (3 * to));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> x, Vector128<float> y) =>
        Sse.IsSupported ? Sse.UnpackLow(x, y)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(x, y)
        : Vector128.Create(x[0], y[0], x[1], y[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> x, Vector128<float> y) =>
        Sse.IsSupported ? Sse.UnpackHigh(x, y)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(x, y)
        : Vector128.Create(x[2], y[2], x[3], y[3]);
}

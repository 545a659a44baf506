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
            CopyLines(source, along, count, depth, target, width);
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
                    float* first = source + (i * across) + k;
                    Transpose(first, first + across, first + (2 * across), first + (3 * across), target + ((long)k * width) + i, width);
                }
            }
        }

        PackPlain(source, across, along, 0, wholeCount, wholeDepth, depth, target, width);
        PackPlain(source, across, along, wholeCount, count, 0, depth, target, width);
    }

    /// <summary>
    /// The same with any places: <c>target[k·width + i] = source[across[i] + along[k]]</c>. Elements side by side in memory are copied together, four by four
    /// where k is contiguous they are transposed.
    /// </summary>
    /// <param name="source">The matrix' first element.</param>
    /// <param name="across">Offset of every i.</param>
    /// <param name="along">Offset of every k.</param>
    /// <param name="count">Elements side by side, at most width.</param>
    /// <param name="depth">Number of k.</param>
    /// <param name="target">Room for depth·width elements.</param>
    /// <param name="width">Distance between two k in the target.</param>
    public static void Pack(float* source, nint* across, nint* along, int count, int depth, float* target, int width)
    {
        if (across[count - 1] - across[0] == count - 1 && IsContiguous(across, count))
        {
            for (int k = 0; k < depth; k++)
            {
                Unsafe.CopyBlockUnaligned(target + ((long)k * width), source + across[0] + along[k], (uint)count * sizeof(float));
            }

            return;
        }

        for (int k = 0; k < depth;)
        {
            bool four = k + 4 <= depth && along[k + 3] - along[k] == 3 && along[k + 1] - along[k] == 1 && along[k + 2] - along[k] == 2;
            float* row = target + ((long)k * width);
            int i = 0;
            for (; four && i + 4 <= count; i += 4)
            {
                float* block = source + along[k];
                Transpose(block + across[i], block + across[i + 1], block + across[i + 2], block + across[i + 3], row + i, width);
            }

            int end = k + (four ? 4 : 1);
            for (int rest = k; rest < end; rest++)
            {
                for (int j = i; j < count; j++)
                {
                    target[((long)rest * width) + j] = source[across[j] + along[rest]];
                }
            }

            k = end;
        }
    }

    /// <summary>Copies short lines. Two overlapping vectors take any line from one vector to two, so that no length is asked for inside the loop.</summary>
    private static void CopyLines(float* source, long along, int count, int depth, float* target, int width)
    {
        if (count is < 4 or > 16)
        {
            for (long k = 0; k < depth; k++)
            {
                Unsafe.CopyBlockUnaligned(target + (k * width), source + (k * along), (uint)count * sizeof(float));
            }
        }
        else if (count <= 8)
        {
            int last = count - 4;
            for (int k = 0; k < depth; k++, source += along, target += width)
            {
                (Vector128<float> head, Vector128<float> tail) = (Vector128.Load(source), Vector128.Load(source + last));
                head.Store(target);
                tail.Store(target + last);
            }
        }
        else
        {
            int last = count - 8;
            for (int k = 0; k < depth; k++, source += along, target += width)
            {
                (Vector256<float> head, Vector256<float> tail) = (Vector256.Load(source), Vector256.Load(source + last));
                head.Store(target);
                tail.Store(target + last);
            }
        }
    }

    private static bool IsContiguous(nint* offsets, int count)
    {
        for (int i = 1; i < count; i++)
        {
            if (offsets[i] - offsets[i - 1] != 1)
            {
                return false;
            }
        }

        return true;
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
    private static void Transpose(float* first, float* second, float* third, float* fourth, float* target, long to)
    {
        Vector128<float> a = Vector128.Load(first);
        Vector128<float> b = Vector128.Load(second);
        Vector128<float> c = Vector128.Load(third);
        Vector128<float> d = Vector128.Load(fourth);
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

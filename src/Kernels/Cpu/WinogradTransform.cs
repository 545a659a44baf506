using System.Runtime.CompilerServices;
using FastDPMeta.Kernels.Scalar;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// The three transforms of F(2×2, 3×3), Lavin and Gray 2016 (arXiv 1509.09308), section 4.1: with g the 3×3 weights and d the 4×4 pixels of a tile,
/// its 2×2 outputs are Aᵀ·[(G·g·Gᵀ) ⊙ (Bᵀ·d·B)]·A. Lanes are channels or filters, one vector of each of the matrices' elements; loads may run up to
/// one vector over the end (the arena's slack allows it), and what they bring lands where no product looks.
/// </summary>
/// <typeparam name="TLane">The operations.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
internal static unsafe class WinogradTransform<TLane, TVector>
    where TLane : struct, ILane<TVector>
    where TVector : unmanaged
{
    /// <summary>Elements of a transformed tile.</summary>
    public const int Planes = 16;

    /// <summary>One vector of weights: <c>target[plane]</c> = (G·g·Gᵀ)[plane].</summary>
    /// <param name="source">Weight of the kernel's first row and column.</param>
    /// <param name="row">To the next row.</param>
    /// <param name="column">To the next column.</param>
    /// <param name="target">Of the first plane.</param>
    /// <param name="plane">To the next plane.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weights(float* source, long row, long column, float* target, long plane)
    {
        TVector half = TLane.Splat(0.5f);
        Kernel(half, Load(source), Load(source + row), Load(source + (2 * row)), out TVector a0, out TVector a1, out TVector a2, out TVector a3);
        source += column;
        Kernel(half, Load(source), Load(source + row), Load(source + (2 * row)), out TVector b0, out TVector b1, out TVector b2, out TVector b3);
        source += column;
        Kernel(half, Load(source), Load(source + row), Load(source + (2 * row)), out TVector c0, out TVector c1, out TVector c2, out TVector c3);
        KernelLine(half, a0, b0, c0, target, plane);
        KernelLine(half, a1, b1, c1, target + (4 * plane), plane);
        KernelLine(half, a2, b2, c2, target + (8 * plane), plane);
        KernelLine(half, a3, b3, c3, target + (12 * plane), plane);
    }

    /// <summary>All channels of a tile: <c>target[plane][channel]</c> = (Bᵀ·d·B)[plane].</summary>
    /// <param name="rows">Addresses of the first pixel in the tile's four rows.</param>
    /// <param name="columns">Offsets of the tile's four columns.</param>
    /// <param name="channels">How many; whole vectors are written.</param>
    /// <param name="target">Of the first plane.</param>
    /// <param name="plane">To the next plane.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // see CpuWinograd
    public static void Pixels(float** rows, long* columns, int channels, float* target, long plane)
    {
        float* row0 = rows[0];
        float* row1 = rows[1];
        float* row2 = rows[2];
        float* row3 = rows[3];
        (long column0, long column1, long column2, long column3) = (columns[0], columns[1], columns[2], columns[3]);
        for (int c = 0; c < channels; c += sizeof(TVector) / sizeof(float))
        {
            Column(row0, row1, row2, row3, column0 + c, out TVector a0, out TVector a1, out TVector a2, out TVector a3);
            Column(row0, row1, row2, row3, column1 + c, out TVector b0, out TVector b1, out TVector b2, out TVector b3);
            Column(row0, row1, row2, row3, column2 + c, out TVector c0, out TVector c1, out TVector c2, out TVector c3);
            Column(row0, row1, row2, row3, column3 + c, out TVector d0, out TVector d1, out TVector d2, out TVector d3);
            PixelLine(a0, b0, c0, d0, target + c, plane);
            PixelLine(a1, b1, c1, d1, target + c + (4 * plane), plane);
            PixelLine(a2, b2, c2, d2, target + c + (8 * plane), plane);
            PixelLine(a3, b3, c3, d3, target + c + (12 * plane), plane);
        }
    }

    /// <summary>One vector of filters: the tile's four outputs Aᵀ·m·A, row by row.</summary>
    /// <param name="source">Of the first plane.</param>
    /// <param name="plane">To the next plane.</param>
    /// <param name="upperLeft">Output of the first row and column; the others likewise.</param>
    /// <param name="upperRight">See above.</param>
    /// <param name="lowerLeft">See above.</param>
    /// <param name="lowerRight">See above.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Outputs(
        float* source, long plane, out TVector upperLeft, out TVector upperRight, out TVector lowerLeft, out TVector lowerRight)
    {
        OutputColumn(source, plane, out TVector a0, out TVector a1);
        OutputColumn(source + plane, plane, out TVector b0, out TVector b1);
        OutputColumn(source + (2 * plane), plane, out TVector c0, out TVector c1);
        OutputColumn(source + (3 * plane), plane, out TVector d0, out TVector d1);
        upperLeft = TLane.Add(a0, TLane.Add(b0, c0));
        upperRight = TLane.Sub(TLane.Sub(b0, c0), d0);
        lowerLeft = TLane.Add(a1, TLane.Add(b1, c1));
        lowerRight = TLane.Sub(TLane.Sub(b1, c1), d1);
    }

    /// <summary>A vector from anywhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load(float* source) => Unsafe.ReadUnaligned<TVector>(source);

    /// <summary>G·g for one column: (g₀, (g₀+g₂+g₁)/2, (g₀+g₂-g₁)/2, g₂).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Kernel(
        TVector half, TVector g0, TVector g1, TVector g2, out TVector t0, out TVector t1, out TVector t2, out TVector t3)
    {
        TVector outer = TLane.Mul(half, TLane.Add(g0, g2));
        TVector middle = TLane.Mul(half, g1);
        (t0, t1, t2, t3) = (g0, TLane.Add(outer, middle), TLane.Sub(outer, middle), g2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void KernelLine(TVector half, TVector g0, TVector g1, TVector g2, float* target, long plane)
    {
        Kernel(half, g0, g1, g2, out TVector t0, out TVector t1, out TVector t2, out TVector t3);
        Store(t0, t1, t2, t3, target, plane);
    }

    /// <summary>Bᵀ·d for one column: (d₀-d₂, d₁+d₂, d₂-d₁, d₁-d₃).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column(
        float* row0, float* row1, float* row2, float* row3, long offset, out TVector t0, out TVector t1, out TVector t2, out TVector t3)
    {
        (TVector d0, TVector d1, TVector d2, TVector d3) = (Load(row0 + offset), Load(row1 + offset), Load(row2 + offset), Load(row3 + offset));
        (t0, t1, t2, t3) = (TLane.Sub(d0, d2), TLane.Add(d1, d2), TLane.Sub(d2, d1), TLane.Sub(d1, d3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PixelLine(TVector d0, TVector d1, TVector d2, TVector d3, float* target, long plane) =>
        Store(TLane.Sub(d0, d2), TLane.Add(d1, d2), TLane.Sub(d2, d1), TLane.Sub(d1, d3), target, plane);

    /// <summary>Aᵀ·m for one column: (m₀+m₁+m₂, m₁-m₂-m₃).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputColumn(float* source, long plane, out TVector y0, out TVector y1)
    {
        TVector m0 = Load(source);
        TVector m1 = Load(source + (4 * plane));
        TVector m2 = Load(source + (8 * plane));
        TVector m3 = Load(source + (12 * plane));
        y0 = TLane.Add(m0, TLane.Add(m1, m2));
        y1 = TLane.Sub(TLane.Sub(m1, m2), m3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TVector t0, TVector t1, TVector t2, TVector t3, float* target, long plane)
    {
        Unsafe.WriteUnaligned(target, t0);
        Unsafe.WriteUnaligned(target + plane, t1);
        Unsafe.WriteUnaligned(target + (2 * plane), t2);
        Unsafe.WriteUnaligned(target + (3 * plane), t3);
    }
}

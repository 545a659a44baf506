using System.Diagnostics.CodeAnalysis;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// Lanes of 32 bits that are words to some operations and floats to others, so that <see cref="NoiseGroup{TLane, TVector}"/> is written
/// once for all widths. Every member is one instruction or few, and gives the same bits at every width.
/// </summary>
/// <typeparam name="TVector">The vector type.</typeparam>
internal unsafe interface INoiseLane<TVector>
    where TVector : unmanaged
{
    /// <summary>Lanes of a vector: 16, 8 or 4.</summary>
    static abstract int Count { get; }

    /// <summary>0, 1, 2, … as words.</summary>
    static abstract TVector Indices { get; }

    static abstract TVector Words(uint word);

    static abstract TVector Floats(float value);

    static abstract TVector AddWords(TVector x, TVector y);

    static abstract TVector SubtractWords(TVector x, TVector y);

    static abstract TVector Xor(TVector x, TVector y);

    static abstract TVector And(TVector x, TVector y);

    static abstract TVector Or(TVector x, TVector y);

    /// <summary>Bits of <paramref name="x"/> that <paramref name="mask"/> lacks.</summary>
    static abstract TVector AndNot(TVector x, TVector mask);

    static abstract TVector RotateLeft(TVector x, [ConstantExpected] byte bits);

    static abstract TVector ShiftLeft(TVector x, [ConstantExpected] byte bits);

    static abstract TVector ShiftRight(TVector x, [ConstantExpected] byte bits);

    /// <summary>All ones where the top bit is set.</summary>
    static abstract TVector TopBitMask(TVector x);

    /// <summary>Signed words as floats, rounded to nearest.</summary>
    static abstract TVector ToFloats(TVector x);

    static abstract TVector Add(TVector x, TVector y);

    static abstract TVector Subtract(TVector x, TVector y);

    static abstract TVector Multiply(TVector x, TVector y);

    /// <summary>x·y + z with one rounding.</summary>
    static abstract TVector MultiplyAdd(TVector x, TVector y, TVector z);

    static abstract TVector SquareRoot(TVector x);

    static abstract TVector Select(TVector mask, TVector ifSet, TVector ifClear);

    static abstract void Store(TVector x, float* address);
}

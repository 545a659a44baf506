namespace FastDPMeta.Kernels.Ntt;

/// <summary>
/// Lanes of doubles that hold whole numbers, so that transforms are written once for all widths and give the same bits at each. A step of the last
/// stages of a transform pairs elements of one vector: the exchanges bring the partners into two vectors. Exchanging twice changes nothing.
/// </summary>
/// <typeparam name="TVector">The vector type.</typeparam>
internal unsafe interface IResidueLane<TVector>
    where TVector : unmanaged
{
    /// <summary>Lanes of a vector: 8, 4, 2 or 1.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(double* address);

    static abstract void Store(TVector x, double* address);

    static abstract TVector Create(double value);

    static abstract TVector Add(TVector x, TVector y);

    static abstract TVector Subtract(TVector x, TVector y);

    static abstract TVector Multiply(TVector x, TVector y);

    /// <summary>x·y + z with one rounding.</summary>
    static abstract TVector MultiplyAdd(TVector x, TVector y, TVector z);

    /// <summary>x·y - z with one rounding.</summary>
    static abstract TVector MultiplySubtract(TVector x, TVector y, TVector z);

    /// <summary>To the nearest whole number, halves to even.</summary>
    static abstract TVector Round(TVector x);

    /// <summary>x0..3 y0..3; only for eight lanes.</summary>
    static abstract TVector LowQuads(TVector x, TVector y);

    /// <summary>x4..7 y4..7; only for eight lanes.</summary>
    static abstract TVector HighQuads(TVector x, TVector y);

    /// <summary>x0 x1 y0 y1 of every four lanes; only for four or eight lanes.</summary>
    static abstract TVector LowPairs(TVector x, TVector y);

    /// <summary>x2 x3 y2 y3 of every four lanes; only for four or eight lanes.</summary>
    static abstract TVector HighPairs(TVector x, TVector y);

    /// <summary>x0 y0 of every two lanes; not for one lane.</summary>
    static abstract TVector LowSingles(TVector x, TVector y);

    /// <summary>x1 y1 of every two lanes; not for one lane.</summary>
    static abstract TVector HighSingles(TVector x, TVector y);

    /// <summary>First half of x0 y0 x1 y1 …</summary>
    static abstract TVector FirstInterleaved(TVector x, TVector y);

    /// <summary>Second half of x0 y0 x1 y1 …</summary>
    static abstract TVector SecondInterleaved(TVector x, TVector y);

    /// <summary>x0 x2 … y0 y2 …: undoes the interleaving.</summary>
    static abstract TVector Evens(TVector x, TVector y);

    /// <summary>x1 x3 … y1 y3 …</summary>
    static abstract TVector Odds(TVector x, TVector y);
}

using System.Runtime.CompilerServices;

namespace FastDPMeta.Kernels.Ntt;

/// <summary>
/// Forward negacyclic transforms, Cooley–Tukey: element i of the result is the polynomial at ψ^(2·brv(i) + 1). Passes of two stages while partners lie at
/// least a vector apart, block by block once a block fits the first cache, then the stages within vectors in registers.
/// </summary>
/// <remarks>
/// Bounds in primes, from <see cref="ResidueMath{TLane, TVector}"/>: for values of at most b, a product with a factor is at most 1/2 + 3b/16. A pass reduces
/// two of four values and gives at most 1/2 + (1/2 + 3b/16) + (1/2 + 3/16·(1 + 3b/16)) &lt; 1.69 + 0.23·b, so 2.2 at the most, for ever. The three last
/// stages do
/// not reduce: 2.2, 3.12, 4.21, 5.5, all below 8, where whole numbers are exact; then every value is reduced.
/// </remarks>
/// <typeparam name="TLane">The operations.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
internal static unsafe class NttForward<TLane, TVector>
    where TLane : struct, IResidueLane<TVector>
    where TVector : unmanaged
{
    /// <summary>Doubles of a block whose passes are done one after the other: half of a first cache of 32 KiB.</summary>
    public const int CacheBlock = 2048;

    /// <summary>Transforms in place.</summary>
    /// <param name="x">Degree values of at most one prime each; reduced afterwards.</param>
    /// <param name="factors"><see cref="NttTables.Forward"/>.</param>
    /// <param name="tail"><see cref="NttTables.ForwardTail"/>.</param>
    /// <param name="tables">The tables.</param>
    public static void Run(double* x, double* factors, double* tail, NttTables tables)
    {
        TVector minus = TLane.Create(-tables.Modulus.Prime);
        TVector reciprocal = TLane.Create(tables.Modulus.Reciprocal);
        int degree = tables.Degree;
        bool even = (System.Numerics.BitOperations.Log2((uint)degree) - NttTables.TailStages(TLane.Count)) % 2 == 0;
        if (even)
        {
            Descend(x, degree, 1, factors, tail, minus, reciprocal);
        }
        else
        {
            Halve(x, degree / 2, factors[1], minus, reciprocal);
            for (int half = 0; half < 2; half++)
            {
                Descend(x + (half * degree / 2), degree / 2, 2 + half, factors, tail + (half * (degree / 4) * NttTables.TailStages(TLane.Count)), minus, reciprocal);
            }
        }
    }

    /// <summary>All remaining stages of block <paramref name="node"/>: its four quarters are blocks 4·node to 4·node + 3.</summary>
    private static void Descend(double* x, int length, int node, double* factors, double* tail, TVector minus, TVector reciprocal)
    {
        if (length <= CacheBlock)
        {
            int blocks = 1;
            for (int part = length; part >= 4 * TLane.Count; part /= 4, blocks *= 4, node *= 4)
            {
                for (int block = 0; block < blocks; block++)
                {
                    Quarter(x + (block * part), part / 4, factors, node + block, minus, reciprocal);
                }
            }

            Finish(x, length, tail, minus, reciprocal);
            return;
        }

        Quarter(x, length / 4, factors, node, minus, reciprocal);
        for (int quarter = 0; quarter < 4; quarter++)
        {
            int first = quarter * (length / 4);
            Descend(x + first, length / 4, (4 * node) + quarter, factors, tail + (first / 2 * NttTables.TailStages(TLane.Count)), minus, reciprocal);
        }
    }

    /// <summary>One stage over one block of two halves.</summary>
    private static void Halve(double* x, int half, double factor, TVector minus, TVector reciprocal)
    {
        TVector w = TLane.Create(factor);
        for (int i = 0; i < half; i += TLane.Count)
        {
            TVector a = ResidueMath<TLane, TVector>.Reduce(TLane.Load(x + i), minus, reciprocal);
            TVector t = ResidueMath<TLane, TVector>.Multiply(TLane.Load(x + half + i), w, minus, reciprocal);
            TLane.Store(TLane.Add(a, t), x + i);
            TLane.Store(TLane.Subtract(a, t), x + half + i);
        }
    }

    /// <summary>Two stages over one block of four quarters. Remainder: none, quarters are whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarter(double* x, int quarter, double* factors, int node, TVector minus, TVector reciprocal)
    {
        TVector w1 = TLane.Create(factors[node]);
        TVector w2 = TLane.Create(factors[2 * node]);
        TVector w3 = TLane.Create(factors[(2 * node) + 1]);
        double* end = x + quarter;
        for (; x < end; x += TLane.Count)
        {
            TVector a = ResidueMath<TLane, TVector>.Reduce(TLane.Load(x), minus, reciprocal);
            TVector b = ResidueMath<TLane, TVector>.Reduce(TLane.Load(x + quarter), minus, reciprocal);
            TVector c = ResidueMath<TLane, TVector>.Multiply(TLane.Load(x + (2 * quarter)), w1, minus, reciprocal);
            TVector d = ResidueMath<TLane, TVector>.Multiply(TLane.Load(x + (3 * quarter)), w1, minus, reciprocal);
            TVector upper = ResidueMath<TLane, TVector>.Multiply(TLane.Add(b, d), w2, minus, reciprocal);
            TVector lower = ResidueMath<TLane, TVector>.Multiply(TLane.Subtract(b, d), w3, minus, reciprocal);
            TVector sum = TLane.Add(a, c);
            TVector difference = TLane.Subtract(a, c);
            TLane.Store(TLane.Add(sum, upper), x);
            TLane.Store(TLane.Subtract(sum, upper), x + quarter);
            TLane.Store(TLane.Add(difference, lower), x + (2 * quarter));
            TLane.Store(TLane.Subtract(difference, lower), x + (3 * quarter));
        }
    }

    /// <summary>The stages within vectors, two vectors at a time, and the last reduction.</summary>
    private static void Finish(double* x, int length, double* tail, TVector minus, TVector reciprocal)
    {
        for (int i = 0; i < length; i += 2 * TLane.Count)
        {
            TVector a = TLane.Load(x + i);
            TVector b = TLane.Load(x + i + TLane.Count);
            TVector t;
            if (TLane.Count >= 8)
            {
                (a, b) = (TLane.LowQuads(a, b), TLane.HighQuads(a, b));
                t = ResidueMath<TLane, TVector>.Multiply(b, TLane.Load(tail), minus, reciprocal);
                (a, b) = (TLane.Add(a, t), TLane.Subtract(a, t));
                tail += TLane.Count;
            }

            if (TLane.Count >= 4)
            {
                (a, b) = (TLane.LowPairs(a, b), TLane.HighPairs(a, b));
                t = ResidueMath<TLane, TVector>.Multiply(b, TLane.Load(tail), minus, reciprocal);
                (a, b) = (TLane.Add(a, t), TLane.Subtract(a, t));
                tail += TLane.Count;
            }

            if (TLane.Count >= 2)
            {
                (a, b) = (TLane.LowSingles(a, b), TLane.HighSingles(a, b));
                t = ResidueMath<TLane, TVector>.Multiply(b, TLane.Load(tail), minus, reciprocal);
                (a, b) = (TLane.Add(a, t), TLane.Subtract(a, t));
                tail += TLane.Count;
            }

            a = ResidueMath<TLane, TVector>.Reduce(a, minus, reciprocal);
            b = ResidueMath<TLane, TVector>.Reduce(b, minus, reciprocal);
            TLane.Store(TLane.FirstInterleaved(a, b), x + i);
            TLane.Store(TLane.SecondInterleaved(a, b), x + i + TLane.Count);
        }
    }
}

using System.Runtime.CompilerServices;

namespace FastDPMeta.Kernels.Ntt;

/// <summary>
/// Inverse negacyclic transforms, Gentleman–Sande: <see cref="NttForward{TLane, TVector}"/> walked backwards, with 1/N folded into the last stage.
/// </summary>
/// <remarks>
/// Bounds in primes, from <see cref="ResidueMath{TLane, TVector}"/>: the stages within vectors take values of at most 1 and give at most 1, 2 and 2 (the
/// sums after the
/// first are reduced). A pass takes at most 2: sums of two are at most 4, of four at most 8, where whole numbers are exact; differences times a factor are
/// at most
/// 1/2 + 3·4/16 = 1.25 and 1/2 + 3·8/16 = 2 (the prime's distance from 2⁵⁰ makes it strictly less); sums of four and of two products are reduced. So every
/// pass gives at most 2.
/// </remarks>
/// <typeparam name="TLane">The operations.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
internal static unsafe class NttInverse<TLane, TVector>
    where TLane : struct, IResidueLane<TVector>
    where TVector : unmanaged
{
    /// <summary>Transforms in place.</summary>
    /// <param name="x">Degree values of at most one prime each; reduced afterwards.</param>
    /// <param name="factors"><see cref="NttTables.Inverse"/>.</param>
    /// <param name="tail"><see cref="NttTables.InverseTail"/>.</param>
    /// <param name="tables">The tables.</param>
    public static void Run(double* x, double* factors, double* tail, NttTables tables)
    {
        TVector minus = TLane.Create(-tables.Modulus.Prime);
        TVector reciprocal = TLane.Create(tables.Modulus.Reciprocal);
        TVector scale = TLane.Create(tables.Scale);
        TVector last = TLane.Create(tables.ScaledInverse);
        int degree = tables.Degree;
        int stages = NttTables.TailStages(TLane.Count);
        bool even = (System.Numerics.BitOperations.Log2((uint)degree) - stages) % 2 == 0;
        int parts = even ? 4 : 2;
        for (int part = 0; part < parts; part++)
        {
            int first = part * (degree / parts);
            Ascend(x + first, degree / parts, parts + part, factors, tail + (first / 2 * stages), minus, reciprocal);
        }

        if (even)
        {
            Four(x, degree / 4, factors, scale, last, minus, reciprocal);
        }
        else
        {
            Two(x, degree / 2, scale, last, minus, reciprocal);
        }
    }

    /// <summary>All stages of block <paramref name="node"/>.</summary>
    private static void Ascend(double* x, int length, int node, double* factors, double* tail, TVector minus, TVector reciprocal)
    {
        if (length > NttForward<TLane, TVector>.CacheBlock)
        {
            for (int quarter = 0; quarter < 4; quarter++)
            {
                int first = quarter * (length / 4);
                Ascend(x + first, length / 4, (4 * node) + quarter, factors, tail + (first / 2 * NttTables.TailStages(TLane.Count)), minus, reciprocal);
            }

            Quarter(x, length / 4, factors, node, minus, reciprocal);
            return;
        }

        Begin(x, length, tail, minus, reciprocal);
        for (int part = 4 * TLane.Count; part <= length; part *= 4)
        {
            int blocks = length / part;
            for (int block = 0; block < blocks; block++)
            {
                Quarter(x + (block * part), part / 4, factors, (node * blocks) + block, minus, reciprocal);
            }
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
            TVector a = TLane.Load(x);
            TVector b = TLane.Load(x + quarter);
            TVector c = TLane.Load(x + (2 * quarter));
            TVector d = TLane.Load(x + (3 * quarter));
            TVector upper = ResidueMath<TLane, TVector>.Multiply(TLane.Subtract(a, b), w2, minus, reciprocal);
            TVector lower = ResidueMath<TLane, TVector>.Multiply(TLane.Subtract(c, d), w3, minus, reciprocal);
            (a, c) = (TLane.Add(a, b), TLane.Add(c, d));
            TLane.Store(ResidueMath<TLane, TVector>.Reduce(TLane.Add(a, c), minus, reciprocal), x);
            TLane.Store(ResidueMath<TLane, TVector>.Reduce(TLane.Add(upper, lower), minus, reciprocal), x + quarter);
            TLane.Store(ResidueMath<TLane, TVector>.Multiply(TLane.Subtract(a, c), w1, minus, reciprocal), x + (2 * quarter));
            TLane.Store(ResidueMath<TLane, TVector>.Multiply(TLane.Subtract(upper, lower), w1, minus, reciprocal), x + (3 * quarter));
        }
    }

    /// <summary>The last two stages, times 1/N, reduced.</summary>
    private static void Four(double* x, int quarter, double* factors, TVector scale, TVector last, TVector minus, TVector reciprocal)
    {
        TVector w2 = TLane.Create(factors[2]);
        TVector w3 = TLane.Create(factors[3]);
        double* end = x + quarter;
        for (; x < end; x += TLane.Count)
        {
            TVector a = TLane.Load(x);
            TVector b = TLane.Load(x + quarter);
            TVector c = TLane.Load(x + (2 * quarter));
            TVector d = TLane.Load(x + (3 * quarter));
            TVector upper = ResidueMath<TLane, TVector>.Multiply(TLane.Subtract(a, b), w2, minus, reciprocal);
            TVector lower = ResidueMath<TLane, TVector>.Multiply(TLane.Subtract(c, d), w3, minus, reciprocal);
            (a, c) = (TLane.Add(a, b), TLane.Add(c, d));
            TLane.Store(Scaled(TLane.Add(a, c), scale, minus, reciprocal), x);
            TLane.Store(Scaled(TLane.Add(upper, lower), scale, minus, reciprocal), x + quarter);
            TLane.Store(Scaled(TLane.Subtract(a, c), last, minus, reciprocal), x + (2 * quarter));
            TLane.Store(Scaled(TLane.Subtract(upper, lower), last, minus, reciprocal), x + (3 * quarter));
        }
    }

    /// <summary>The last stage, times 1/N, reduced.</summary>
    private static void Two(double* x, int half, TVector scale, TVector last, TVector minus, TVector reciprocal)
    {
        for (int i = 0; i < half; i += TLane.Count)
        {
            TVector a = TLane.Load(x + i);
            TVector b = TLane.Load(x + half + i);
            TLane.Store(Scaled(TLane.Add(a, b), scale, minus, reciprocal), x + i);
            TLane.Store(Scaled(TLane.Subtract(a, b), last, minus, reciprocal), x + half + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Scaled(TVector x, TVector factor, TVector minus, TVector reciprocal) =>
        ResidueMath<TLane, TVector>.Reduce(ResidueMath<TLane, TVector>.Multiply(x, factor, minus, reciprocal), minus, reciprocal);

    /// <summary>The stages within vectors, two vectors at a time.</summary>
    private static void Begin(double* x, int length, double* tail, TVector minus, TVector reciprocal)
    {
        for (int i = 0; i < length; i += 2 * TLane.Count)
        {
            TVector a = TLane.Load(x + i);
            TVector b = TLane.Load(x + i + TLane.Count);
            TVector t;
            (a, b) = (TLane.Evens(a, b), TLane.Odds(a, b));
            double* factors = tail + (NttTables.TailStages(TLane.Count) * TLane.Count);
            tail = factors;
            if (TLane.Count >= 2)
            {
                factors -= TLane.Count;
                t = TLane.Subtract(a, b);
                a = TLane.Add(a, b);
                b = ResidueMath<TLane, TVector>.Multiply(t, TLane.Load(factors), minus, reciprocal);
                (a, b) = (TLane.LowSingles(a, b), TLane.HighSingles(a, b));
            }

            if (TLane.Count >= 4)
            {
                factors -= TLane.Count;
                t = TLane.Subtract(a, b);
                a = ResidueMath<TLane, TVector>.Reduce(TLane.Add(a, b), minus, reciprocal);
                b = ResidueMath<TLane, TVector>.Multiply(t, TLane.Load(factors), minus, reciprocal);
                (a, b) = (TLane.LowPairs(a, b), TLane.HighPairs(a, b));
            }

            if (TLane.Count >= 8)
            {
                factors -= TLane.Count;
                t = TLane.Subtract(a, b);
                a = ResidueMath<TLane, TVector>.Reduce(TLane.Add(a, b), minus, reciprocal);
                b = ResidueMath<TLane, TVector>.Multiply(t, TLane.Load(factors), minus, reciprocal);
                (a, b) = (TLane.LowQuads(a, b), TLane.HighQuads(a, b));
            }

            TLane.Store(a, x + i);
            TLane.Store(b, x + i + TLane.Count);
        }
    }
}

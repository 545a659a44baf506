using System.Numerics;
using System.Runtime.CompilerServices;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Mechanisms.Exact;

/// <summary>
/// Draws outcomes 0, 1, 2, … with exactly their probabilities, by inverting the distribution function: a uniform number of unlimited precision is compared with the
/// cumulative probabilities as far as needed. 32 bits and a table decide all but about one draw in 10⁷; where they do not, both sides get more bits, in
/// integer arithmetic, until the comparison is settled. So no rounding of the table changes any probability.
/// </summary>
internal sealed class LazyTable
{
    private const int FirstBits = 96;
    private const int GuideBits = 10;
    private const int GuideShift = 32 - GuideBits;

    private readonly Func<int, WeightBounds> _weights;
    private readonly uint[] _low;
    private readonly uint[] _high;
    private readonly ushort[] _guide = new ushort[1 << GuideBits];

    /// <summary>Computes the table.</summary>
    /// <param name="weights">Weights to a given number of bits; more bits give narrower bounds and a lighter tail.</param>
    public LazyTable(Func<int, WeightBounds> weights)
    {
        _weights = weights;
        WeightBounds bounds = weights(FirstBits);
        List<uint> low = [], high = [];
        foreach ((BigInteger below, BigInteger above, BigInteger totalLow, BigInteger totalHigh) in Cumulative(bounds))
        {
            low.Add(Top(below, totalHigh));
            high.Add(Top(above, totalLow));
            if (low[^1] == uint.MaxValue || low.Count == ushort.MaxValue)
            {
                break;
            }
        }

        (_low, _high) = ([.. low], [.. high]);
        for (int entry = 0, outcome = 0; entry < _guide.Length; entry++)
        {
            while (outcome < _high.Length && _high[outcome] < (uint)entry << GuideShift)
            {
                outcome++;
            }

            _guide[entry] = (ushort)outcome;
        }
    }

    /// <summary>One outcome.</summary>
    /// <param name="words">Random bits: one word, seldom more.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Draw(RandomWords words)
    {
        uint word = words.Next();
        uint[] high = _high;
        int outcome = _guide[word >> GuideShift];
        while (outcome < high.Length && word > high[outcome])
        {
            outcome++;
        }

        // Below the floor of a cumulative probability: surely below it. Above the floor: surely above. Equal: more bits decide.
        return outcome < high.Length && word < _low[outcome] ? outcome : Refine(word, words);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Refine(uint word, RandomWords words)
    {
        BigInteger uniform = word;
        for (int bits = 32; ;)
        {
            uniform = (uniform << 64) | words.NextUInt64();
            bits += 64;
            int outcome = 0;
            foreach ((BigInteger below, BigInteger above, BigInteger totalLow, BigInteger totalHigh) in Cumulative(_weights(bits + 32)))
            {
                if ((uniform + 1) * totalHigh <= below << bits)
                {
                    return outcome;
                }

                if (uniform * totalLow < above << bits)
                {
                    break; // neither below nor above
                }

                outcome++;
            }
        }
    }

    /// <summary>Bounds of the cumulative weight of each outcome, and of the total.</summary>
    private static IEnumerable<(BigInteger Low, BigInteger High, BigInteger TotalLow, BigInteger TotalHigh)> Cumulative(WeightBounds bounds)
    {
        BigInteger totalLow = Sum(bounds.Low);
        BigInteger totalHigh = Sum(bounds.High) + bounds.Tail;
        BigInteger low = 0, high = 0;
        for (int i = 0; i < bounds.Low.Count; i++)
        {
            low += bounds.Low[i];
            high += bounds.High[i];
            yield return (low, high, totalLow, totalHigh);
        }
    }

    private static BigInteger Sum(IEnumerable<BigInteger> values) => values.Aggregate(BigInteger.Zero, (sum, value) => sum + value);

    /// <summary>⌊2³²·part/total⌋, at most 2³² - 1.</summary>
    private static uint Top(BigInteger part, BigInteger total) => (uint)BigInteger.Min((part << 32) / total, uint.MaxValue);
}

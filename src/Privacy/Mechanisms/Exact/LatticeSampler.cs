using System.Numerics;
using System.Runtime.CompilerServices;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Mechanisms.Exact;

/// <summary>
/// Draws x ≥ 0 with probability exactly proportional to e^(-φ(x)), at a cost that does not depend on the scale: blocks of w numbers, w a power of two and about a
/// twentieth of the scale; a block by <see cref="LazyTable"/> with the weight of its first number, a place in it uniformly, and the number is kept with
/// probability e^(-(φ(x) - φ(first))), which is near 1.
/// </summary>
/// <remarks>
/// <para>The kept number has probability w·e^(-φ(first)) · 1/w · e^(-(φ(x) - φ(first))), up to a common factor: e^(-φ(x)).</para>
/// <para>Keeping is decided exactly. 16 bits of a uniform number against the lower bound 1 - t of e⁻ᵗ settle most draws, against a series of double precision with a
/// proved margin nearly all others, then 64 more bits, and at last (once in 10¹¹ draws) integers of unlimited length.</para>
/// Two words a draw. How long a draw takes depends on what is drawn; who can time single draws is not an adversary covered here.
/// </remarks>
/// <typeparam name="TLaw">The law.</typeparam>
internal sealed class LatticeSampler<TLaw>
    where TLaw : struct, ILatticeLaw
{
    private const int PlaceBits = 15;
    private const int UniformBits = 16;
    private const double UniformUnit = 1.0 / (1 << UniformBits);

    /// <summary>Beyond this the series is not used.</summary>
    private const double LongestDrop = 0.5;

    /// <summary>
    /// More than the error of t and of e⁻ᵗ for t ≤ ½: t errs by a part in 2⁵⁰, the series leaves out 0.5¹⁴/14! &lt; 2⁻⁵⁰, its thirteen multiply-adds round by
    /// 2⁻⁵³ each, and a uniform number of 80 bits by 2⁻⁵³.
    /// </summary>
    private const double Margin = 1.0 / (1L << 44);

    /// <summary>Bounds the weights behind the last entry, in its units: see <see cref="Weights"/>.</summary>
    private const int Tail = 64;

    private readonly TLaw _law;
    private readonly LazyTable _blocks;
    private readonly int _shift;

    /// <summary>Computes the table: some milliseconds.</summary>
    /// <param name="law">The law; its scale at most 2⁴⁰.</param>
    public LatticeSampler(TLaw law)
    {
        _law = law;
        _shift = Math.Max(0, (int)Math.Floor(Math.Log2(law.Scale)) - 4);
        _blocks = new LazyTable(Weights);
    }

    /// <summary>One number ≥ 0 and a fair bit that is independent of it.</summary>
    /// <param name="words">Random bits.</param>
    /// <param name="bit">The bit.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Draw(RandomWords words, out bool bit)
    {
        while (true)
        {
            long start = (long)_blocks.Draw(words) << _shift;
            uint word = words.Next();
            bit = (int)word < 0;
            long place = _shift <= PlaceBits ? word & ((1u << _shift) - 1) : (long)(words.NextUInt64() & ((1UL << _shift) - 1));
            uint uniform = (word >> PlaceBits) & ((1u << UniformBits) - 1);
            double drop = _law.Drop(start, place);
            if (((uniform + 1) * UniformUnit) + Margin <= 1 - drop || (drop > 0 && Keeps(uniform, drop, start, place, words)) || place == 0)
            {
                return start + place;
            }
        }
    }

    /// <summary>Whether a uniform number that begins with these 16 bits is below e⁻ᵗ.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Keeps(uint uniform, double drop, long start, long place, RandomWords words)
    {
        if (drop <= LongestDrop)
        {
            double probability = Exponential(-drop);
            if ((uniform + 1) * UniformUnit <= probability - Margin || uniform * UniformUnit >= probability + Margin)
            {
                return uniform * UniformUnit < probability;
            }
        }

        UInt128 longer = ((UInt128)uniform << 64) | words.NextUInt64();
        if (drop <= LongestDrop && ((double)longer * Math.ScaleB(1, -UniformBits - 64)) - Exponential(-drop) is var excess && Math.Abs(excess) >= 2 * Margin)
        {
            return excess < 0;
        }

        BigInteger number = longer;
        BigInteger numerator = _law.Numerator(start + place) - _law.Numerator(start);
        for (int bits = UniformBits + 64; ; bits += 64)
        {
            (BigInteger low, BigInteger high) = ExactExponential.Of(numerator, _law.Denominator, bits);
            if (number + 1 <= low || number >= high)
            {
                return number < low;
            }

            number = (number << 64) | words.NextUInt64();
        }
    }

    /// <summary>eˣ for -½ ≤ x ≤ 0: thirteen terms.</summary>
    private static double Exponential(double x)
    {
        double sum = 1;
        for (int i = 13; i > 0; i--)
        {
            sum = Math.FusedMultiplyAdd(sum, x / i, 1);
        }

        return sum;
    }

    /// <summary>e^(-φ(j·w)) for j = 0, 1, …, until the bound is one unit.</summary>
    /// <remarks>
    /// φ is convex, so a step of w adds at least φ/j behind entry j. Where the bound is one unit of 2⁻⁹⁶, φ has passed 66. That is at least 1/32 a step: for φ = x/b
    /// because b is below 32·w, for φ = x²/2σ² because j has passed 11·σ/w and σ is below 32·w. So the weights behind add up to at most 1/(e^(1/32) - 1) &lt; 32 units.
    /// </remarks>
    private WeightBounds Weights(int bits)
    {
        List<BigInteger> lows = [], highs = [];
        BigInteger denominator = _law.Denominator;
        for (BigInteger x = 0; ; x += BigInteger.One << _shift)
        {
            (BigInteger low, BigInteger high) = ExactExponential.Of(_law.Numerator(x), denominator, bits);
            lows.Add(low);
            highs.Add(high);
            if (high <= BigInteger.One)
            {
                return new WeightBounds(lows, highs, Tail);
            }
        }
    }
}

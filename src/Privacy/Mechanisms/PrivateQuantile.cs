using System.Numerics;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Mechanisms.Exact;

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>
/// A quantile of whole numbers, one a unit: the exponential mechanism over all whole numbers of a public range, P(x) ∝ e^(-ε·|rank of x - q·n|/2) (Smith 2011, "Privacy-preserving statistical
/// estimation with optimal convergence rates"). Every probability is exact. For choosing a clip norm or another threshold. Not thread-safe.
/// </summary>
/// <remarks>Adding or removing a unit changes any |rank - q·n| by at most 1. Costs O(n log n) and an exponential of high precision for each distinct number.</remarks>
public sealed class PrivateQuantile : IDisposable
{
    private readonly MechanismRandomness _randomness;
    private readonly ExponentialMechanismEvent _event;
    private readonly long _low;
    private readonly long _high;

    /// <summary>A mechanism.</summary>
    /// <param name="low">The least answer.</param>
    /// <param name="high">The greatest, not below and less than 2⁶² away. The range is public: it must not come from the data.</param>
    /// <param name="epsilon">ε of one answer, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or too wide, or ε is not above 0.</exception>
    public PrivateQuantile(long low, long high, double epsilon)
        : this(low, high, epsilon, new MechanismRandomness())
    {
    }

    internal PrivateQuantile(long low, long high, double epsilon, MechanismRandomness randomness)
    {
        if (high < low || (BigInteger)high - low >= BigInteger.One << 62)
        {
            throw new ArgumentOutOfRangeException(nameof(high), high, $"PrivateQuantile: the greatest answer must not lie below the least, {low}, and less than 2^62 above it.");
        }

        if (!(epsilon > 0 && double.IsFinite(epsilon)))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "PrivateQuantile: ε must be finite and above 0.");
        }

        (_low, _high, _randomness) = (low, high, randomness);
        _event = new ExponentialMechanismEvent(epsilon);
    }

    /// <summary>Answers.</summary>
    /// <param name="values">One for each unit, in any order; those outside of the range count as its ends.</param>
    /// <param name="quantile">q in [0, 1]: ½ for the median.</param>
    /// <returns>The answer, as the only value, and what it costs.</returns>
    /// <exception cref="ArgumentOutOfRangeException">q is outside [0, 1] or NaN.</exception>
    public NoisyValues<long> Release(ReadOnlySpan<long> values, double quantile)
    {
        if (!(quantile is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(quantile), quantile, "Release: the quantile must lie in [0, 1].");
        }

        _randomness.Begin();
        List<(long First, long Count, int Rank)> runs = Runs(values);
        (BigInteger Numerator, BigInteger Denominator) share = ExactCoin.Quotient(quantile);
        Rational rate = Rational.Of(_event.Epsilon);

        // |rank - q·n|·ε/2, less the least of all, so that weights do not vanish together.
        BigInteger aim = share.Numerator * values.Length;
        BigInteger[] distances = [.. runs.Select(run => BigInteger.Abs((run.Rank * share.Denominator) - aim))];
        BigInteger least = distances.Min();
        BigInteger denominator = 2 * share.Denominator * rate.Denominator;
        WeightBounds Weights(int bits)
        {
            List<BigInteger> lows = [], highs = [];
            for (int i = 0; i < distances.Length; i++)
            {
                (BigInteger low, BigInteger high) = ExactExponential.Of((distances[i] - least) * rate.Numerator, denominator, bits);
                lows.Add(low * runs[i].Count);
                highs.Add(high * runs[i].Count);
            }

            return new WeightBounds(lows, highs, 0);
        }

        (long first, long count, _) = runs[new LazyTable(Weights).Draw(_randomness.Words)];
        return new NoisyValues<long>([first + (long)_randomness.Stream.NextUInt64((ulong)count)], _event);
    }

    /// <summary>Overwrites the key.</summary>
    public void Dispose() => _randomness.Dispose();

    /// <summary>Runs of answers with one rank, the number of values below the answer.</summary>
    private List<(long First, long Count, int Rank)> Runs(ReadOnlySpan<long> values)
    {
        long[] sorted = values.ToArray();
        Array.Sort(sorted);
        List<(long First, long Count, int Rank)> runs = [];
        long first = _low;
        for (int rank = 0; rank < sorted.Length; rank++)
        {
            // Answers up to this value have at most so many values below.
            long last = Math.Clamp(sorted[rank], _low, _high);
            if (last >= first)
            {
                runs.Add((first, last - first + 1, rank));
                first = last + 1;
            }
        }

        if (first <= _high)
        {
            runs.Add((first, _high - first + 1, sorted.Length));
        }

        return runs;
    }
}

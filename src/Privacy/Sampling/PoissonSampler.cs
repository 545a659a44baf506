using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Sampling;

/// <summary>
/// Draws lots: each unit independently with the same probability, as the accountant assumes. Only a <see cref="PrivacyPlan"/> makes one, so that
/// the sampling accounted for is the sampling that runs. A lot may be empty. Not thread-safe; allocates nothing once the caller's list is large enough.
/// </summary>
/// <remarks>
/// The bits come from ChaCha20 under a key that the operating system gave to this process alone, with the round number in the
/// stream: a resumed run has another key, hence fresh lots, and within a process no round is drawn twice. The key is never stored.
/// </remarks>
internal sealed class PoissonSampler : ISampler
{
    /// <summary>Separates the bits of lots from other uses of one key.</summary>
    internal const string Purpose = "poisson sampling";

    private const int BitsOfFirstByte = 8;

    private readonly RandomStream _stream;

    /// <summary>⌊q·2⁶⁴⌋. Rounding down lowers the rate by less than 2⁻⁶⁴: privacy can only gain.</summary>
    private readonly ulong _threshold;

    private RoundOrder _rounds;

    internal PoissonSampler(double rate, int units, RandomKey key)
    {
        if (units < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(units), units, "The number of units must be at least 0. Give how many the data has.");
        }

        Rate = rate;
        Units = units;
        _threshold = rate < 1 ? (ulong)(rate * 18446744073709551616.0) : ulong.MaxValue; // · 2⁶⁴: exact, a power of two
        using RandomKey own = key.Derive(Purpose);
        _stream = new RandomStream(own);
    }

    /// <summary>q: the probability with which a unit enters a lot.</summary>
    public double Rate { get; }

    /// <inheritdoc/>
    public int Units { get; }

    /// <inheritdoc/>
    public void Sample(long round, List<int> lot)
    {
        ArgumentNullException.ThrowIfNull(lot);
        _rounds.Enter(nameof(PoissonSampler), round);
        _stream.MoveToRound((ulong)round);
        lot.Clear();
        if (Rate >= 1)
        {
            TakeAll(lot);
            return;
        }

        Draw(lot);
    }

    /// <summary>
    /// A unit is in when 64 random bits are below the threshold: an exact Bernoulli trial. The first eight bits nearly always decide, so only those
    /// are drawn at first, and the other 56 where they equal the threshold's: the same outcome from an eighth of the bits.
    /// </summary>
    private void Draw(List<int> lot)
    {
        uint first = (uint)(_threshold >> (64 - BitsOfFirstByte));
        ulong rest = _threshold << BitsOfFirstByte;
        uint bits = 0;
        for (int unit = 0; unit < Units; unit++)
        {
            bits = (unit & 3) == 0 ? _stream.NextUInt32() : bits >> BitsOfFirstByte;
            uint leading = bits & 0xFF;
            if (leading > first)
            {
                continue;
            }

            // The 56 bits that follow, left-aligned as the threshold's are.
            if (leading < first || (_stream.NextUInt64() << BitsOfFirstByte) < rest)
            {
                lot.Add(unit);
            }
        }
    }

    private void TakeAll(List<int> lot)
    {
        for (int unit = 0; unit < Units; unit++)
        {
            lot.Add(unit);
        }
    }

    /// <summary>Overwrites the key.</summary>
    public void Dispose() => _stream.Dispose();
}

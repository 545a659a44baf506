using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Sampling;

/// <summary>
/// Draws lots of one size: every subset of that many units is equally likely. Selection in order (Knuth, "The Art of Computer Programming" 2, algorithm 3.4.2 S): a
/// unit is taken with probability (still needed) / (still left), by a uniform whole number without bias.
/// </summary>
internal sealed class FixedSizeSampler : ISampler
{
    /// <summary>Separates the bits of lots from other uses of one key.</summary>
    internal const string Purpose = "fixed-size sampling";

    private readonly RandomStream _stream;
    private readonly int _lot;
    private RoundOrder _rounds;

    /// <summary>A sampler under a key.</summary>
    /// <param name="units">n.</param>
    /// <param name="lot">m, 0 to n.</param>
    /// <param name="key">Copied; may be disposed of afterwards.</param>
    internal FixedSizeSampler(int units, int lot, RandomKey key)
    {
        Units = units;
        _lot = lot;
        using RandomKey own = key.Derive(Purpose);
        _stream = new RandomStream(own);
    }

    /// <inheritdoc/>
    public int Units { get; }

    /// <inheritdoc/>
    public void Sample(long round, List<int> lot)
    {
        ArgumentNullException.ThrowIfNull(lot);
        _rounds.Enter(nameof(FixedSizeSampler), round);
        _stream.MoveToRound((ulong)round);
        lot.Clear();
        for (int unit = 0; lot.Count < _lot; unit++)
        {
            if (_stream.NextInt(Units - unit) < _lot - lot.Count)
            {
                lot.Add(unit);
            }
        }
    }

    /// <summary>Overwrites the key.</summary>
    public void Dispose() => _stream.Dispose();
}

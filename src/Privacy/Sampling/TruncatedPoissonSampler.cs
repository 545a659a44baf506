using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Sampling;

/// <summary>
/// Draws Poisson lots and cuts those above a largest size to it: of a lot that is too large, every subset of the largest size is equally likely to be kept, independently of
/// how the lot came about.
/// </summary>
internal sealed class TruncatedPoissonSampler : ISampler
{
    /// <summary>Separates the bits of cuts from those of lots.</summary>
    internal const string Purpose = "cut of a lot";

    private readonly PoissonSampler _sampler;
    private readonly RandomStream _cuts;
    private readonly int _largestLot;

    /// <summary>A sampler under a key.</summary>
    /// <param name="rate">q.</param>
    /// <param name="largestLot">The cap, ≥ 1.</param>
    /// <param name="units">How many units there are.</param>
    /// <param name="key">Copied; may be disposed of afterwards.</param>
    internal TruncatedPoissonSampler(double rate, int largestLot, int units, RandomKey key)
    {
        _sampler = new PoissonSampler(rate, units, key);
        _largestLot = largestLot;
        using RandomKey own = key.Derive(Purpose);
        _cuts = new RandomStream(own);
    }

    /// <inheritdoc/>
    public int Units => _sampler.Units;

    /// <inheritdoc/>
    public void Sample(long round, List<int> lot)
    {
        _sampler.Sample(round, lot);
        if (lot.Count <= _largestLot)
        {
            return;
        }

        // Selection in order (Knuth 2, algorithm 3.4.2 S): the unit at hand stays with probability (still needed) / (still left).
        _cuts.MoveToRound((ulong)round);
        int kept = 0;
        for (int i = 0; kept < _largestLot; i++)
        {
            if (_cuts.NextInt(lot.Count - i) < _largestLot - kept)
            {
                lot[kept++] = lot[i];
            }
        }

        lot.RemoveRange(_largestLot, lot.Count - _largestLot);
    }

    /// <summary>Overwrites the keys.</summary>
    public void Dispose()
    {
        _sampler.Dispose();
        _cuts.Dispose();
    }
}

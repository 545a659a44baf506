using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Sampling;

/// <summary>
/// The same batches in the same order, epoch after epoch: each unit is in exactly one batch. The partition is made once, by a public order that depends on the
/// plan's numbers only: neither on data nor on a secret, so that a resumed run goes on with the same batches and no unit takes part twice in an epoch.
/// </summary>
internal sealed class CyclicSampler : ISampler
{
    private readonly int[] _units;
    private readonly int _batches;
    private RoundOrder _rounds;

    /// <summary>A sampler under a public key.</summary>
    /// <param name="population">Places for units.</param>
    /// <param name="batches">Batches in an epoch; sizes differ by one at most.</param>
    /// <param name="units">How many units there are; the places behind stay empty.</param>
    /// <param name="publicKey">Gives the order.</param>
    internal CyclicSampler(int population, int batches, int units, RandomKey publicKey)
    {
        Units = units;
        _batches = batches;
        _units = new int[population];
        for (int unit = 0; unit < population; unit++)
        {
            _units[unit] = unit;
        }

        using RandomStream stream = new(publicKey);
        stream.Shuffle<int>(_units);
        for (int batch = 0; batch < batches; batch++)
        {
            Array.Sort(_units, Start(batch), Start(batch + 1) - Start(batch));
        }
    }

    /// <inheritdoc/>
    public int Units { get; }

    /// <inheritdoc/>
    public void Sample(long round, List<int> lot)
    {
        ArgumentNullException.ThrowIfNull(lot);
        _rounds.Enter(nameof(CyclicSampler), round);
        lot.Clear();
        int batch = (int)(round % _batches);
        foreach (int unit in _units.AsSpan(Start(batch)..Start(batch + 1)))
        {
            if (unit < Units)
            {
                lot.Add(unit);
            }
        }
    }

    /// <summary>Nothing: the order is no secret.</summary>
    public void Dispose()
    {
    }

    /// <summary>⌊batch · population / batches⌋.</summary>
    private int Start(int batch) => (int)((long)batch * _units.Length / _batches);
}

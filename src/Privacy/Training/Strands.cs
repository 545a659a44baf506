namespace FastDPMeta.Privacy.Training;

/// <summary>
/// Deals a lot's chunks to lanes so that their sum has the same bits whatever the number of lanes: neighbouring chunks form strands, whose number follows from
/// the lot alone; a lane adds up a strand's chunks in order, and strands are added to the total in order. Lanes take strands as they come free.
/// </summary>
internal sealed class Strands
{
    /// <summary>So many strands at most: few enough that adding them up costs nothing, enough to keep the lanes of a large machine equally busy.</summary>
    private const int Most = 64;

    private int _chunks;
    private int _each = 1;
    private int _taken;
    private int _joined;
    private volatile bool _failed;

    /// <summary>Strands of the lot; at least 1.</summary>
    public int Count { get; private set; } = 1;

    /// <summary>Begins a lot of so many chunks, at least 1.</summary>
    public void Begin(int chunks)
    {
        _chunks = chunks;
        _each = (chunks + Most - 1) / Most;
        Count = (chunks + _each - 1) / _each;
        (_taken, _joined, _failed) = (0, 0, false);
    }

    /// <summary>The next strand that nobody has, and its chunks; false when there is none.</summary>
    public bool TryTake(out int strand, out int firstChunk, out int lastChunk)
    {
        strand = Interlocked.Increment(ref _taken) - 1;
        firstChunk = strand * _each;
        lastChunk = Math.Min(firstChunk + _each, _chunks) - 1;
        return strand < Count && !_failed;
    }

    /// <summary>
    /// Waits until all strands before this one are in the total: strands are taken in order, so whoever holds the first never waits. False when another
    /// lane failed.
    /// </summary>
    public bool Await(int strand)
    {
        SpinWait spin = default;
        while (Volatile.Read(ref _joined) != strand)
        {
            if (_failed)
            {
                return false;
            }

            spin.SpinOnce(sleep1Threshold: -1); // a sleep would be longer than many a step
        }

        return true;
    }

    /// <summary>Says that the strand is in the total.</summary>
    public void Joined(int strand) => Volatile.Write(ref _joined, strand + 1);

    /// <summary>Says that a lane failed, so that no other waits for it.</summary>
    public void Fail() => _failed = true;
}

namespace FastDPMeta.Privacy.Accounting;

/// <summary>The single releases that an event consists of, with their counts. Kept and reused, so that listing allocates nothing once warm.</summary>
internal sealed class SingleReleases
{
    private readonly List<(PrivacyEvent Release, long Count)> _items = [];

    /// <summary>The releases of the event listed last, those without noise left out.</summary>
    public List<(PrivacyEvent Release, long Count)> Items => _items;

    /// <summary>The number given, plus the releases without noise.</summary>
    public long Unprotected { get; private set; }

    /// <summary>The number given, plus all releases.</summary>
    public long Total { get; private set; }

    /// <summary>Lists an event alone.</summary>
    /// <param name="privacyEvent">Any event.</param>
    /// <exception cref="ArgumentException">A part is not accounted for under its relation.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are more than 2⁶³ releases.</exception>
    public static SingleReleases Of(PrivacyEvent privacyEvent)
    {
        SingleReleases releases = new();
        releases.List(privacyEvent, 1, 0, 0);
        return releases;
    }

    /// <summary>Lists an event.</summary>
    /// <param name="privacyEvent">Any event.</param>
    /// <param name="count">How often it took place, ≥ 0.</param>
    /// <param name="unprotected">Releases without noise so far.</param>
    /// <param name="releases">Releases so far.</param>
    /// <exception cref="ArgumentException">A part is not accounted for under its relation.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The total exceeds 2⁶³ releases.</exception>
    public void List(PrivacyEvent privacyEvent, long count, long unprotected, long releases)
    {
        _items.Clear();
        (Unprotected, Total) = (unprotected, releases);
        privacyEvent.AddTo(this, count);
    }

    /// <summary>Takes a release with noise.</summary>
    public void Add(PrivacyEvent release, long count)
    {
        AddFree(count);
        if (count > 0)
        {
            _items.Add((release, count));
        }
    }

    /// <summary>Takes releases without noise.</summary>
    public void AddUnprotected(long count)
    {
        AddFree(count);
        Unprotected += count;
    }

    /// <summary>Takes releases that cost nothing.</summary>
    public void AddFree(long count) => Total = Total <= long.MaxValue - count ? Total + count : throw TooMany();

    /// <summary>The product of two counts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It exceeds 2⁶³.</exception>
    public static long Product(long left, long right) =>
        Math.BigMul(left, right) is var product && product <= long.MaxValue ? (long)product : throw TooMany();

    private static ArgumentOutOfRangeException TooMany() => new("count", "More than 2⁶³ - 1 releases cannot be counted. Give fewer.");
}

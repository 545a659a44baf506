namespace FastDPMeta.Privacy.Accounting;

/// <summary>The same event several times over, with fresh randomness each time.</summary>
public sealed record SelfComposedEvent : PrivacyEvent
{
    /// <summary>An event repeated.</summary>
    /// <param name="repeated">What is repeated.</param>
    /// <param name="count">How often, ≥ 0; 0 releases nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public SelfComposedEvent(PrivacyEvent repeated, long count)
    {
        ArgumentNullException.ThrowIfNull(repeated);
        Repeated = repeated;
        Count = count;
    }

    /// <summary>What is repeated.</summary>
    public PrivacyEvent Repeated { get; }

    /// <summary>How often.</summary>
    public long Count { get; init => field = CheckCount(value); }

    /// <summary>The relation of the repeated event.</summary>
    public override NeighbouringRelation Neighbours => Repeated.Neighbours;

    internal override void AddTo(SingleReleases releases, long count) => Repeated.AddTo(releases, SingleReleases.Product(Count, count));

    private protected override PrivacyEvent Grouped(int size) => new SelfComposedEvent(Repeated.ForGroup(size), Count);
}

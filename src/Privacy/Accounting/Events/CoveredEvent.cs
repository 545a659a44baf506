namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// A release that an <see cref="EpochGaussianEvent"/> charged before covers: a further batch of the same pass. It costs nothing more. Only the ledger of a cyclic plan
/// makes one, for it alone knows which batches were released since.
/// </summary>
public sealed record CoveredEvent : PrivacyEvent
{
    internal CoveredEvent()
    {
    }

    /// <summary>That of the pass.</summary>
    public override NeighbouringRelation Neighbours => NeighbouringRelation.ReplaceWithNothing;

    internal override void AddTo(SingleReleases releases, long count) => releases.AddFree(count);

    private protected override PrivacyEvent Grouped(int size) => this;
}

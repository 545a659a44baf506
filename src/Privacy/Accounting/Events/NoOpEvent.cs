namespace FastDPMeta.Privacy.Accounting;

/// <summary>Nothing is released: ε = 0.</summary>
public sealed record NoOpEvent : PrivacyEvent
{
    internal override void AddTo(SingleReleases releases, long count)
    {
    }

    private protected override PrivacyEvent Grouped(int size) => this;
}

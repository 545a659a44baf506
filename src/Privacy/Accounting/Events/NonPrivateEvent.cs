namespace FastDPMeta.Privacy.Accounting;

/// <summary>A release without protection. Whatever it composes with has ε = ∞.</summary>
public sealed record NonPrivateEvent : PrivacyEvent
{
    internal override void AddTo(SingleReleases releases, long count) => releases.AddUnprotected(count);

    private protected override PrivacyEvent Grouped(int size) => this;
}

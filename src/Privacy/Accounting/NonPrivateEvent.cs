namespace FastDPMeta.Privacy.Accounting;

/// <summary>A release without protection. Whatever it composes with has ε = ∞.</summary>
public sealed record NonPrivateEvent : PrivacyEvent;

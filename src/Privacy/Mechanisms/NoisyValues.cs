using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>What a mechanism released, and what that cost. The values may be published; charge the event.</summary>
/// <typeparam name="T">Type of a value.</typeparam>
/// <param name="Values">The released values.</param>
/// <param name="Event">What the release costs, for an accountant or a ledger.</param>
public sealed record NoisyValues<T>(IReadOnlyList<T> Values, PrivacyEvent Event);

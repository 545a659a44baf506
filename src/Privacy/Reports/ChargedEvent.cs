namespace FastDPMeta.Privacy.Reports;

/// <summary>What was charged, and how often.</summary>
/// <param name="Analyst">Who drew on a shared ledger; empty in the ledger of one plan.</param>
/// <param name="Event">The event as JSON.</param>
/// <param name="Times">How often it was charged.</param>
public sealed record ChargedEvent(string Analyst, string Event, long Times);

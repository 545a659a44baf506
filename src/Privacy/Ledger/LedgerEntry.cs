using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Ledger;

/// <summary>One line of a ledger.</summary>
/// <param name="Sequence">0 for the first line, then one more each.</param>
/// <param name="Time">When it was written.</param>
/// <param name="Kind">What it says.</param>
/// <param name="PlanHash">The plan it belongs to; empty where a shared ledger was charged without one.</param>
/// <param name="Round">The round charged; -1 where there is none.</param>
/// <param name="Event">What was charged; null where nothing was.</param>
/// <param name="Epsilon">ε of everything up to here, at the ledger's δ.</param>
/// <param name="Delta">The ledger's δ.</param>
public sealed record LedgerEntry(
    long Sequence, DateTimeOffset Time, LedgerEntryKind Kind, string PlanHash, long Round, PrivacyEvent? Event, double Epsilon, double Delta)
{
    /// <summary>Who drew on a shared ledger; empty in the ledger of one plan.</summary>
    public string Analyst { get; init; } = "";
}

namespace FastDPMeta.Privacy.Ledger;

/// <summary>What a line of a ledger says.</summary>
public enum LedgerEntryKind
{
    /// <summary>The first line: names the plan; charges nothing.</summary>
    Begin = 0,

    /// <summary>A release was about to happen: charged.</summary>
    Charge = 1,

    /// <summary>
    /// The line before had been torn by a crash while it was written. In the ledger of one plan its release is charged although it never happened; in a shared ledger, where the
    /// torn line's event can't be known, nothing is.
    /// </summary>
    Recovery = 2,

    /// <summary>The first line of a ledger that several analysts draw on; charges nothing.</summary>
    Share = 3,
}

namespace FastDPMeta.Privacy.Ledger;

/// <summary>What a line of a ledger says.</summary>
public enum LedgerEntryKind
{
    /// <summary>The first line: names the plan; charges nothing.</summary>
    Begin = 0,

    /// <summary>A release was about to happen: charged.</summary>
    Charge = 1,

    /// <summary>The line before had been torn by a crash while it was written; its release is charged although it most likely never happened.</summary>
    Recovery = 2,
}

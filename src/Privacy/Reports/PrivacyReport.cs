using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Privacy.Reports;

/// <summary>What was released about private data and what protects it, for the file of whoever has to answer for it. Made from a ledger alone: what a ledger can't prove is not in it.</summary>
public sealed record PrivacyReport
{
    /// <summary>Whom the guarantee protects, as <c>Task</c>.</summary>
    public required string Unit { get; init; }

    /// <summary>Which data sets it compares.</summary>
    public required NeighbouringRelation Neighbours { get; init; }

    /// <summary>ε of everything charged, computed anew from the events.</summary>
    public required ReportedEpsilon Epsilon { get; init; }

    /// <summary>The δ at which it holds.</summary>
    public required double Delta { get; init; }

    /// <summary>The most ε that the plan, or the shared budget, allows; infinite without privacy.</summary>
    public required double BudgetEpsilon { get; init; }

    /// <summary>Noise and clip, in words.</summary>
    public required string Mechanism { get; init; }

    /// <summary>How lots are drawn, in words.</summary>
    public required string Sampling { get; init; }

    /// <summary>Single releases charged.</summary>
    public required long Releases { get; init; }

    /// <summary>Records written in place of ones that a crash had torn.</summary>
    public required long Recoveries { get; init; }

    /// <summary>What was charged.</summary>
    public required IReadOnlyList<ChargedEvent> Events { get; init; }

    /// <summary>When the ledger was begun.</summary>
    public required DateTimeOffset Begun { get; init; }

    /// <summary>When the last record was written.</summary>
    public required DateTimeOffset LastRecord { get; init; }

    /// <summary>Where the ledger ended.</summary>
    public required LedgerHead Ledger { get; init; }

    /// <summary>The plan's hash; empty for a shared ledger.</summary>
    public required string Plan { get; init; }

    /// <summary>Ties the report to the data (<see cref="DataFingerprint"/>); empty where none was given.</summary>
    public required string Data { get; init; }

    /// <summary>The code that made the report, as <see cref="CodeVersion.Current"/>.</summary>
    public required string Code { get; init; }

    /// <summary>When the report was made.</summary>
    public required DateTimeOffset Made { get; init; }

    /// <summary>Reads a ledger that no run has open and computes what it spent.</summary>
    /// <param name="ledger">The ledger's file, of one plan or shared.</param>
    /// <param name="witness">Its witness; null where it has none.</param>
    /// <param name="data">The fingerprint of the data; empty where there is none.</param>
    /// <param name="time">The clock; the system's when left out.</param>
    /// <exception cref="LedgerException">The ledger is missing, damaged, torn, in use, or differs from its witness.</exception>
    public static PrivacyReport Of(string ledger, string? witness = null, string data = "", TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(ledger);
        ArgumentNullException.ThrowIfNull(data);
        return LedgerSummary.Of(ledger, LedgerSummary.Read(ledger, witness)) with { Data = data, Made = (time ?? TimeProvider.System).GetUtcNow() };
    }

    /// <summary>Whether a ledger still has everything the report was made from: otherwise it was put back to an older state, or is another one.</summary>
    /// <param name="ledger">The ledger's file.</param>
    /// <param name="witness">Its witness; null where it has none.</param>
    /// <exception cref="LedgerException">The ledger is missing, damaged, torn, in use, or differs from its witness.</exception>
    public bool IsContainedIn(string ledger, string? witness = null) => LedgerSummary.Read(ledger, witness).Contains(Ledger);
}

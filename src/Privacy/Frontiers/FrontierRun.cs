using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Ledger;
using FastDPMeta.Privacy.Reports;

namespace FastDPMeta.Privacy.Frontiers;

/// <summary>One training of a frontier, done and measured.</summary>
public sealed record FrontierRun
{
    /// <summary>Which training.</summary>
    public required FrontierCell Cell { get; init; }

    /// <summary>What <see cref="Value"/> is, as <c>accuracy</c>.</summary>
    public required string Metric { get; init; }

    /// <summary>The metric; NaN or ∞ where training ran away.</summary>
    public required double Value { get; init; }

    /// <summary>ε spent; ∞ without privacy.</summary>
    public required double EpsilonSpent { get; init; }

    /// <summary>Time of training.</summary>
    public required double Seconds { get; init; }

    /// <summary>What it is compared with.</summary>
    public IReadOnlyList<FrontierBaseline> Baselines { get; init; } = [];

    /// <summary>Everything the training released; null without privacy.</summary>
    public PrivacyEvent? Released { get; init; }

    /// <summary>A private training as its ledger has it: what was charged counts, rounds that a crash made it charge twice included.</summary>
    /// <param name="cell">Which training.</param>
    /// <param name="metric">What the value is.</param>
    /// <param name="value">The metric.</param>
    /// <param name="seconds">Time of training.</param>
    /// <param name="ledger">The ledger's file, of this training alone and no longer in use.</param>
    /// <exception cref="LedgerException">The ledger is missing, damaged, torn, in use, or shared.</exception>
    public static FrontierRun FromLedger(FrontierCell cell, string metric, double value, double seconds, string ledger)
    {
        ArgumentException.ThrowIfNullOrEmpty(ledger);
        LedgerContents contents = LedgerSummary.Read(ledger, witness: null);
        if (contents.First.Shared)
        {
            throw new LedgerException($"Ledger {ledger} is one that several analysts draw on, so it says more than this training spent. Give the ledger of the training.");
        }

        return new FrontierRun
        {
            Cell = cell,
            Metric = metric,
            Value = value,
            Seconds = seconds,
            EpsilonSpent = contents.Entries[^1].Epsilon,
            Released = new ComposedEvent(
            [
                .. contents.Entries.Where(entry => entry.Event is not null).GroupBy(entry => entry.Event!).Select(group => new SelfComposedEvent(group.Key, group.LongCount())),
            ]),
        };
    }
}

using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Ledger;

/// <summary>What the ledger of one plan is written in: a chain of its own, or a ledger that others draw on too.</summary>
internal interface ILedgerBook : IDisposable
{
    /// <summary>For messages.</summary>
    string Name { get; }

    /// <summary>Whether it outlives the process, so that it can be asked later what it went through.</summary>
    bool IsKept { get; }

    /// <summary>Where it ends.</summary>
    LedgerHead Head { get; }

    /// <summary>Whether it went through a state.</summary>
    bool Contains(LedgerHead head);

    /// <summary>Whether others have left room for an event.</summary>
    bool HasRoom(PrivacyEvent privacyEvent);

    /// <summary>Records a charge. When this returns, it is durable.</summary>
    /// <param name="kind">"charge" or "recovery".</param>
    /// <param name="round">The round.</param>
    /// <param name="privacyEvent">What is charged.</param>
    /// <param name="encoded">The same as JSON.</param>
    /// <param name="epsilon">What the plan will have spent with it.</param>
    /// <exception cref="LedgerException">It could not be written; nothing may be released.</exception>
    /// <exception cref="PrivacyBudgetException">Others have left no room; nothing was charged.</exception>
    void Charge(ReadOnlySpan<byte> kind, long round, PrivacyEvent privacyEvent, ReadOnlySpan<byte> encoded, double epsilon);
}

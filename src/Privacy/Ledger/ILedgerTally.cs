using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Ledger;

/// <summary>What was charged, and what it costs in all.</summary>
internal interface ILedgerTally
{
    /// <summary>Counts an event.</summary>
    /// <exception cref="ArgumentException">The tally can't account for it; nothing was counted.</exception>
    void Charge(PrivacyEvent privacyEvent);

    /// <summary>Takes back the event counted last.</summary>
    void TakeBack(PrivacyEvent privacyEvent);

    /// <summary>An upper bound of the ε of everything counted.</summary>
    /// <param name="delta">δ in (0, 1).</param>
    PrivacySpent Spent(double delta);
}

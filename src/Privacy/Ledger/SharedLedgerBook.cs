using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Ledger;

/// <summary>The part of a shared ledger that one analyst's plan writes.</summary>
/// <param name="ledger">What is drawn on; stays open.</param>
/// <param name="analyst">Who draws.</param>
/// <param name="planHash">For which plan.</param>
internal sealed class SharedLedgerBook(SharedLedger ledger, string analyst, string planHash) : ILedgerBook
{
    /// <inheritdoc/>
    public string Name => ledger.Name;

    /// <inheritdoc/>
    public bool IsKept => true;

    /// <inheritdoc/>
    public LedgerHead Head => ledger.Head;

    /// <inheritdoc/>
    public bool Contains(LedgerHead head) => ledger.Contains(head);

    /// <inheritdoc/>
    public bool HasRoom(PrivacyEvent privacyEvent) => ledger.CanCharge(privacyEvent);

    /// <inheritdoc/>
    public void Charge(ReadOnlySpan<byte> kind, long round, PrivacyEvent privacyEvent, ReadOnlySpan<byte> encoded, double epsilon) =>
        ledger.Charge(analyst, planHash, round, privacyEvent, encoded);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

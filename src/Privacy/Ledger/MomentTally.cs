using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Ledger;

/// <summary>By Rényi moments: takes every event that holds under the relation.</summary>
/// <param name="neighbours">The relation.</param>
internal sealed class MomentTally(NeighbouringRelation neighbours) : ILedgerTally
{
    private readonly RdpAccountant _accountant = new(neighbours);

    /// <inheritdoc/>
    public void Charge(PrivacyEvent privacyEvent) => _accountant.Charge(privacyEvent);

    /// <inheritdoc/>
    public void TakeBack(PrivacyEvent privacyEvent) => _accountant.TakeBack(privacyEvent);

    /// <inheritdoc/>
    public PrivacySpent Spent(double delta) => _accountant.Spent(delta);
}

namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// One budget for several analysts, models or phases on the same data, each with a share that nobody else can spend. All of them together are within (ε, δ), however their requests interleave and depend on each other's
/// results: divergences at one order add.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class SharedFilter
{
    private readonly PrivacyFilter _all;
    private readonly Dictionary<string, (double Share, RdpAccountant Spent)> _holders = [];

    /// <summary>A budget in shares.</summary>
    /// <param name="budget">The budget; nothing may have been charged to it.</param>
    /// <param name="shares">Who holds which share of the divergence: above 0, adding up to at most 1.</param>
    /// <exception cref="ArgumentException">A share is out of range, or they add up to more than 1.</exception>
    public SharedFilter(PrivacyFilter budget, IReadOnlyDictionary<string, double> shares)
    {
        ArgumentNullException.ThrowIfNull(budget);
        ArgumentNullException.ThrowIfNull(shares);
        if (shares.Values.Any(share => !(share > 0) || !(share <= 1)) || !(shares.Values.Sum() <= 1 + 1e-12))
        {
            throw new ArgumentException("Shares must lie in (0, 1] and add up to at most 1.", nameof(shares));
        }

        _all = budget;
        foreach ((string name, double share) in shares)
        {
            _holders.Add(name, (share, new RdpAccountant(budget.Neighbours)));
        }
    }

    /// <summary>How much of its share a holder has spent, from 0 to 1.</summary>
    /// <param name="holder">A name.</param>
    /// <exception cref="ArgumentException">Nobody has this name.</exception>
    public double SpentShare(string holder)
    {
        (double share, RdpAccountant spent) = Find(holder);
        return spent.RenyiDivergence(_all.Order) / (share * _all.Budget);
    }

    /// <summary>Charges a holder's event if its share and the budget last. Call before releasing.</summary>
    /// <param name="holder">Who releases.</param>
    /// <param name="privacyEvent">What is about to be released.</param>
    /// <returns>False where the share would be exceeded; nothing is charged then, and nothing may be released.</returns>
    /// <exception cref="ArgumentException">Nobody has this name, or the event holds under another relation.</exception>
    public bool TryCharge(string holder, PrivacyEvent privacyEvent)
    {
        (double share, RdpAccountant spent) = Find(holder);
        spent.Charge(privacyEvent);
        if (spent.RenyiDivergence(_all.Order) <= share * _all.Budget && _all.TryCharge(privacyEvent))
        {
            return true;
        }

        spent.TakeBack(privacyEvent);
        return false;
    }

    private (double Share, RdpAccountant Spent) Find(string holder) => _holders.TryGetValue(holder, out (double, RdpAccountant) found)
        ? found
        : throw new ArgumentException($"Nobody called '{holder}' has a share. Holders: {string.Join(", ", _holders.Keys)}.", nameof(holder));
}

namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Reports of n units, each made by an ε₀-differentially private local mechanism (which may depend on earlier reports) and handed on in random order: no report says whose it is
/// (Feldman, McMillan, Talwar 2021, "Hiding among the clones", theorem 3.1). Who takes part is public: it holds under exchanging a unit's value.
/// </summary>
public sealed record ShuffledEvent : PrivacyEvent
{
    /// <summary>An event.</summary>
    /// <param name="reports">n ≥ 1.</param>
    /// <param name="localEpsilon">ε₀, finite, ≥ 0 and at most 500.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range or NaN.</exception>
    public ShuffledEvent(int reports, double localEpsilon)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(reports, 1);
        LocalEpsilon = localEpsilon is >= 0 and <= 500
            ? localEpsilon
            : throw new ArgumentOutOfRangeException(nameof(localEpsilon), localEpsilon, "ε₀ must lie in [0, 500].");
        Reports = reports;
        Neighbours = NeighbouringRelation.ReplaceOne;
    }

    /// <summary>n.</summary>
    public int Reports { get; }

    /// <summary>ε₀ of each report.</summary>
    public double LocalEpsilon { get; }

    internal override void AddTo(SingleReleases releases, long count)
    {
        if (Neighbours == NeighbouringRelation.AddOrRemoveOne)
        {
            throw new ArgumentException("Shuffled reports say how many there are, so they are not accounted for under AddOrRemoveOne. State them under ReplaceOne.", nameof(releases));
        }

        if (LocalEpsilon == 0)
        {
            releases.AddFree(count);
            return;
        }

        releases.Add(this, count);
    }

    internal override MomentBound Bound() => new FinitePairMoments(Pair());

    internal override FinitePair Pair() => new ShuffledClones(Reports, LocalEpsilon).Pair();
}

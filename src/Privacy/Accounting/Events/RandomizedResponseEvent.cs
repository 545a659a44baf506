namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// One answer of one unit among k values: the true one, or, with probability p, one drawn uniformly from all k. Who answers is no secret, so it holds under exchanging a unit's value
/// (or replacing it with an answer drawn uniformly), not under adding or removing one.
/// </summary>
public sealed record RandomizedResponseEvent : PrivacyEvent
{
    /// <summary>An event.</summary>
    /// <param name="noiseProbability">p in [0, 1]: how often the answer is drawn; 0 tells the truth, hence ε = ∞.</param>
    /// <param name="values">k ≥ 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public RandomizedResponseEvent(double noiseProbability, int values = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values, 2);
        NoiseProbability = noiseProbability is >= 0 and <= 1
            ? noiseProbability
            : throw new ArgumentOutOfRangeException(nameof(noiseProbability), noiseProbability, "The noise probability must lie in [0, 1].");
        Values = values;
        Neighbours = NeighbouringRelation.ReplaceOne;
    }

    /// <summary>p.</summary>
    public double NoiseProbability { get; }

    /// <summary>k.</summary>
    public int Values { get; }

    internal override void AddTo(SingleReleases releases, long count)
    {
        if (Neighbours == NeighbouringRelation.AddOrRemoveOne)
        {
            throw new ArgumentException("Randomised response says who answered, so it is not accounted for under AddOrRemoveOne. State it under ReplaceOne.", nameof(releases));
        }

        if (NoiseProbability == 0)
        {
            releases.AddUnprotected(count);
            return;
        }

        releases.Add(this, count);
    }

    internal override MomentBound Bound() => new FinitePairMoments(Pair());

    /// <summary>The two true values, and all others together, which tell nothing.</summary>
    internal override FinitePair Pair()
    {
        double other = NoiseProbability / Values;
        double loss = PreciseMath.Log1p((1 - NoiseProbability) / other);
        double truth = other + (1 - NoiseProbability);
        return FinitePair.Of([truth, other * (Values - 2), other], [-loss, 0, loss]);
    }
}

namespace FastDPMeta.Privacy.Accounting;

/// <summary>Any release on a uniform subset of fixed size, drawn without replacement. Holds under exchanging one unit for another, since the number of units is public.</summary>
public sealed record SampledWithoutReplacementEvent : PrivacyEvent
{
    /// <summary>An event.</summary>
    /// <param name="population">n ≥ 1: how many units there are, exactly.</param>
    /// <param name="lot">m: units in a lot, 0 to n.</param>
    /// <param name="sampled">What is released of the lot, under <see cref="NeighbouringRelation.ReplaceOne"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">What is released holds under another relation.</exception>
    public SampledWithoutReplacementEvent(int population, int lot, PrivacyEvent sampled)
    {
        ArgumentNullException.ThrowIfNull(sampled);
        ArgumentOutOfRangeException.ThrowIfLessThan(population, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(lot);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lot, population);
        if (sampled.Neighbours != NeighbouringRelation.ReplaceOne)
        {
            throw new ArgumentException(
                $"Lots of fixed size are accounted for under ReplaceOne; what is released holds under {sampled.Neighbours}. State it under ReplaceOne, with the sensitivity of an exchange.", nameof(sampled));
        }

        (Population, Lot, Sampled) = (population, lot, sampled);
    }

    /// <summary>n: how many units there are.</summary>
    public int Population { get; }

    /// <summary>m: units in a lot.</summary>
    public int Lot { get; }

    /// <summary>What is released of the lot.</summary>
    public PrivacyEvent Sampled { get; }

    /// <summary>Exchanging one unit for another; no other relation is accounted for.</summary>
    public override NeighbouringRelation Neighbours => NeighbouringRelation.ReplaceOne;

    /// <summary>m/n.</summary>
    private double Rate => Math.Min(Math.BitDecrement(1), Math.BitIncrement((double)Lot / Population));

    internal override void AddTo(SingleReleases releases, long count)
    {
        SingleReleases inner = SingleReleases.Of(Sampled);
        if (Lot == 0 || (inner.Items.Count == 0 && inner.Unprotected == 0))
        {
            releases.AddFree(count);
        }
        else if (inner.Unprotected > 0)
        {
            releases.AddUnprotected(count);
        }
        else if (Lot == Population)
        {
            Sampled.AddTo(releases, count);
        }
        else if (GaussianSum.Of(inner) is { } noiseMultiplier)
        {
            releases.Add(new FixedSizeSampledGaussianEvent(Population, Lot, noiseMultiplier), count);
        }
        else
        {
            releases.Add(this, count);
        }
    }

    internal override MomentBound Bound() => SingleReleases.Of(Sampled).Items is [(PrivacyEvent release, 1)] && release.Pair() is { } pair
        ? new FinitePairMoments(pair.Sampled(Rate), exchangeOfLots: true)
        : new FixedLotMoments(Rate, new ComposedMoments(Sampled));
}

using FastDPMeta.Privacy.Accounting.Loss;

namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// One release of a noisy sum over a uniform subset of fixed size, drawn without replacement. Holds under exchanging one unit for another, since the
/// number of units is public.
/// </summary>
public sealed record FixedSizeSampledGaussianEvent : PrivacyEvent
{
    /// <summary>An event with lots of fixed size.</summary>
    /// <param name="population">n ≥ 1: how many units there are, exactly.</param>
    /// <param name="lot">m: units in a lot, 0 to n.</param>
    /// <param name="noiseMultiplier">Noise standard deviation / ℓ₂ sensitivity, finite and ≥ 0; the sensitivity is <b>twice</b> the longest contribution of one unit.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public FixedSizeSampledGaussianEvent(int population, int lot, double noiseMultiplier)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(population, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(lot);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lot, population);
        Population = population;
        Lot = lot;
        NoiseMultiplier = CheckNoiseMultiplier(noiseMultiplier);
    }

    /// <summary>n: how many units there are.</summary>
    public int Population { get; }

    /// <summary>m: units in a lot.</summary>
    public int Lot { get; }

    /// <summary>Noise standard deviation / ℓ₂ sensitivity, which is twice the longest contribution of one unit.</summary>
    public double NoiseMultiplier { get; }

    /// <summary>Exchanging one unit for another; no other relation is accounted for.</summary>
    public override NeighbouringRelation Neighbours => NeighbouringRelation.ReplaceOne;

    internal override void AddTo(SingleReleases releases, long count)
    {
        if (NoiseMultiplier == 0 && Lot > 0)
        {
            releases.AddUnprotected(count);
            return;
        }

        releases.Add(this, count);
    }

    internal override MomentBound Bound() => new FixedSizeGaussian(Rate, NoiseMultiplier);

    internal override DominatingPairs Dominating() => LossPairs.FixedSizeGaussian(Rate, NoiseMultiplier);

    /// <summary>γ = m/n, rounded up.</summary>
    internal double Rate => Lot == Population ? 1 : Math.Min(Math.BitDecrement(1), Math.BitIncrement((double)Lot / Population));
}

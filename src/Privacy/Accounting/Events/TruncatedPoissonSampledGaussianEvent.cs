using FastDPMeta.Privacy.Accounting.Loss;

namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// One release of a noisy sum over a lot that each unit entered independently with the same probability, and that was cut to a largest size, the units kept being
/// a uniform subset. Holds under adding or removing one unit, for data of at most <see cref="Population"/> units.
/// </summary>
public sealed record TruncatedPoissonSampledGaussianEvent : PrivacyEvent
{
    /// <summary>An event with Poisson sampling and a cap.</summary>
    /// <param name="population">The most units that the data may have, ≥ 1.</param>
    /// <param name="samplingRate">q in [0, 1]: the probability with which a unit is taken, before the cut.</param>
    /// <param name="largestLot">The cap, ≥ 1.</param>
    /// <param name="noiseMultiplier">σ: noise standard deviation / the longest contribution of one unit, finite and ≥ 0; 0 means no noise.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public TruncatedPoissonSampledGaussianEvent(int population, double samplingRate, int largestLot, double noiseMultiplier)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(population, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(largestLot, 1);
        Population = population;
        SamplingRate = CheckSamplingRate(samplingRate);
        LargestLot = largestLot;
        NoiseMultiplier = CheckNoiseMultiplier(noiseMultiplier);
        CutProbability = BinomialTail.UpperBound(population - 1, samplingRate, largestLot);
    }

    /// <summary>The most units that the data may have.</summary>
    public int Population { get; }

    /// <summary>
    /// Whether the data have exactly <see cref="Population"/> units, the unit in question included. The account is then a little tighter and says nothing about smaller data. False by default.
    /// </summary>
    public bool PopulationIsExact { get; init; }

    /// <summary>q: the probability with which a unit is taken, before the cut.</summary>
    public double SamplingRate { get; }

    /// <summary>No lot is larger.</summary>
    public int LargestLot { get; }

    /// <summary>σ: noise standard deviation / the longest contribution of one unit. Where a lot is cut, a unit can displace another one: twice that.</summary>
    public double NoiseMultiplier { get; }

    /// <summary>P(Bin(population - 1, q) ≥ largest lot), rounded up: how likely it is that a cut can concern a given unit.</summary>
    public double CutProbability { get; }

    /// <summary>Adding or removing one unit; no other relation is accounted for.</summary>
    public override NeighbouringRelation Neighbours => NeighbouringRelation.AddOrRemoveOne;

    internal override void AddTo(SingleReleases releases, long count)
    {
        if (NoiseMultiplier == 0 && SamplingRate > 0)
        {
            releases.AddUnprotected(count);
            return;
        }

        releases.Add(this, count);
    }

    internal override MomentBound Bound() => new TruncatedGaussian(SamplingRate, NoiseMultiplier, CutProbability, CutRate);

    /// <summary>Where the population may be smaller, both parts at the rate q: then the pair rises with τ, and τ with the population.</summary>
    internal override DominatingPairs Dominating() => LossPairs.TruncatedSampledGaussian(SamplingRate, NoiseMultiplier, CutProbability, PopulationIsExact ? CutRate : SamplingRate);

    /// <summary>
    /// Where at least B others were taken, a unit is taken and survives the cut with this probability at most, rounded up: qB/(B+1) whatever the population, q·E[B/(|S|+1) | |S| ≥ B] with |S| others taken where
    /// it is known (Ganesh et al. 2025, arXiv 2508.15089), which is B·P(Bin(n, q) > B)/(n·τ).
    /// </summary>
    internal double CutRate
    {
        get
        {
            double any = Math.Min(SamplingRate, SamplingRate * (LargestLot / (LargestLot + 1.0)) * (1 + 1e-15));
            if (!PopulationIsExact || CutProbability == 0)
            {
                return any;
            }

            double rounding = 1e-11 + (Population * 4e-15);
            return Math.Min(any, BinomialTail.UpperBound(Population, SamplingRate, LargestLot + 1) * LargestLot / Population / CutProbability * (1 + rounding));
        }
    }
}

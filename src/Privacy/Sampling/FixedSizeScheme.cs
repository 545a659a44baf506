using System.Globalization;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Sampling;

/// <summary>A uniform subset of fixed size.</summary>
internal sealed class FixedSizeScheme(int population, int lot) : SamplingScheme(population, lot)
{
    /// <inheritdoc/>
    public override string Name => nameof(FixedSize);

    /// <inheritdoc/>
    public override int LargestLot => Lot;

    /// <inheritdoc/>
    public override NeighbouringRelation Neighbours => NeighbouringRelation.ReplaceOne;

    /// <summary>Exchanging one contribution for another moves a sum by twice the longest one: half the multiplier, exactly.</summary>
    public override PrivacyEvent Event(double noiseMultiplier) => new FixedSizeSampledGaussianEvent(Population, Lot, noiseMultiplier / 2);

    internal override ISampler CreateSampler(int units, RandomKey key, RandomKey publicKey)
    {
        CheckUnits(units, Population, Population);
        return new FixedSizeSampler(units, Lot, key);
    }

    internal override string Describe(string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"Each round takes {Lot} {unit}s of exactly {Population}, every subset being equally likely");
}

using System.Globalization;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Sampling;

/// <summary>Fixed batches in a fixed order.</summary>
internal sealed class CyclicScheme(int population, int lot) : SamplingScheme(population, lot)
{
    /// <inheritdoc/>
    public override string Name => nameof(Cyclic);

    /// <inheritdoc/>
    public override int LargestLot => Lot;

    /// <inheritdoc/>
    public override NeighbouringRelation Neighbours => NeighbouringRelation.ReplaceWithNothing;

    /// <summary>⌈population / lot⌉ batches are an epoch.</summary>
    public override int RoundsPerEvent => Lot > 0 && Population > 0 ? ((Population - 1) / Lot) + 1 : 1;

    /// <inheritdoc/>
    public override PrivacyEvent Event(double noiseMultiplier) => new EpochGaussianEvent(RoundsPerEvent, noiseMultiplier);

    internal override ISampler CreateSampler(int units, RandomKey key, RandomKey publicKey)
    {
        CheckUnits(units, 0, Population);
        return new CyclicSampler(Population, RoundsPerEvent, units, publicKey);
    }

    internal override string Describe(string unit) => string.Create(
        CultureInfo.InvariantCulture,
        $"Each round takes the next of {RoundsPerEvent} fixed batches of at most {Lot} of {Population} {unit}s, so that every {unit} takes part once an epoch, without amplification by sampling");
}

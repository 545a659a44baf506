using System.Globalization;
using System.Text.Json;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Sampling;

/// <summary>Poisson sampling with a largest lot.</summary>
internal sealed class TruncatedPoissonScheme(int population, int lot, int largestLot) : SamplingScheme(population, lot)
{
    /// <inheritdoc/>
    public override string Name => nameof(TruncatedPoisson);

    /// <inheritdoc/>
    public override int LargestLot { get; } = largestLot;

    /// <inheritdoc/>
    public override NeighbouringRelation Neighbours => NeighbouringRelation.AddOrRemoveOne;

    private protected override string LotName => "expectedLot";

    /// <inheritdoc/>
    public override PrivacyEvent Event(double noiseMultiplier) => new TruncatedPoissonSampledGaussianEvent(Population, Rate, LargestLot, noiseMultiplier);

    internal override void Check(ArgumentErrors errors)
    {
        base.Check(errors);
        errors.Require(LargestLot >= Lot, "largestLot", LargestLot, "must be at least the expected lot", "Several standard deviations above it (each about √expectedLot) cost next to nothing.");
    }

    internal override ISampler CreateSampler(int units, RandomKey key, RandomKey publicKey)
    {
        CheckUnits(units, 0, Population);
        return new TruncatedPoissonSampler(Rate, LargestLot, units, key);
    }

    internal override string Describe(string unit) => string.Create(
        CultureInfo.InvariantCulture,
        $"Each round takes every {unit} independently with probability {Rate:g6} ({Lot} of at most {Population}) and keeps {LargestLot} of them at random where there are more");

    internal override string? Warning(long rounds, double delta)
    {
        double cuts = rounds * BinomialTail.UpperBound(Population - 1, Rate, LargestLot);
        return cuts < delta / 2
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"A cut of a lot has probability {cuts:g3} over all rounds, which δ = {delta} cannot pay for: noise must, and a lot of it. Raise the largest lot.");
    }

    internal override void Write(Utf8JsonWriter writer)
    {
        base.Write(writer);
        writer.WriteNumber("largestLot", LargestLot);
    }
}

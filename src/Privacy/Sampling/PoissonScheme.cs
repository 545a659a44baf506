using System.Globalization;
using System.Text.Json;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Sampling;

/// <summary>Poisson sampling.</summary>
internal sealed class PoissonScheme(int population, int lot) : SamplingScheme(population, lot)
{
    /// <inheritdoc/>
    public override string Name => nameof(Poisson);

    /// <inheritdoc/>
    public override int LargestLot => Population;

    /// <inheritdoc/>
    public override NeighbouringRelation Neighbours => NeighbouringRelation.AddOrRemoveOne;

    private protected override string LotName => "expectedLot";

    /// <inheritdoc/>
    public override PrivacyEvent Event(double noiseMultiplier) => new PoissonSampledGaussianEvent(Rate, noiseMultiplier);

    internal override ISampler CreateSampler(int units, RandomKey key, RandomKey publicKey) => new PoissonSampler(Rate, units, key);

    internal override string Describe(string unit) => string.Create(
        CultureInfo.InvariantCulture, $"Each round takes every {unit} independently with probability {Rate:g6} ({Lot} of about {Population})");

    /// <summary>Nothing: this was the only scheme when the format was made, and the hashes of plans from then stay valid.</summary>
    internal override void Write(Utf8JsonWriter writer)
    {
    }
}

using System.Text.Json;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Sampling;

/// <summary>Poisson sampling for sums of whole numbers with discrete Gaussian noise.</summary>
internal sealed class SecurePoissonScheme(PoissonScheme poisson) : SamplingScheme(poisson.Population, poisson.Lot)
{
    // The cost depends on noise over sensitivity alone; a plan's own lattice has at least this quotient.
    private const double Sensitivity = NoiseLattice.MostSteps;

    /// <inheritdoc/>
    public override string Name => poisson.Name;

    /// <inheritdoc/>
    public override int LargestLot => poisson.LargestLot;

    /// <inheritdoc/>
    public override NeighbouringRelation Neighbours => poisson.Neighbours;

    private protected override string LotName => "expectedLot";

    /// <inheritdoc/>
    public override PrivacyEvent Event(double noiseMultiplier) => new PoissonSampledDiscreteGaussianEvent(Rate, noiseMultiplier * Sensitivity, Sensitivity);

    internal override ISampler CreateSampler(int units, RandomKey key, RandomKey publicKey) => poisson.CreateSampler(units, key, publicKey);

    internal override string Describe(string unit) => poisson.Describe(unit);

    internal override void Write(Utf8JsonWriter writer)
    {
        base.Write(writer);
        writer.WriteString("noise", "DiscreteGaussian");
    }
}

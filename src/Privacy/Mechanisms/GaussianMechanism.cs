using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>
/// Gaussian noise in double precision: ordinary floating-point noise, whose last digits may tell more than ε says (Mironov 2012). Where results are published in
/// full precision, scale to whole numbers and take <see cref="DiscreteGaussianMechanism"/>.
/// </summary>
public sealed class GaussianMechanism : Mechanism<double>
{
    private readonly PrivacyEvent _event;

    /// <summary>A mechanism.</summary>
    /// <param name="sensitivity">Δ₂: the ℓ₂ distance that one unit moves the numbers at most, above 0.</param>
    /// <param name="noiseMultiplier">σ: noise standard deviation / Δ₂, above 0.</param>
    /// <param name="neighbours">What a unit's change is.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public GaussianMechanism(double sensitivity, double noiseMultiplier, NeighbouringRelation neighbours = NeighbouringRelation.AddOrRemoveOne)
        : this(sensitivity, noiseMultiplier, neighbours, null)
    {
    }

    internal GaussianMechanism(double sensitivity, double noiseMultiplier, NeighbouringRelation neighbours, RandomKey? key)
        : base(key, neighbours)
    {
        CheckPositive(sensitivity, nameof(sensitivity), "Give how far one unit moves the numbers.");
        CheckPositive(noiseMultiplier, nameof(noiseMultiplier), "Give noise standard deviation / sensitivity.");
        StandardDeviation = Math.BitIncrement(sensitivity * noiseMultiplier);
        _event = new GaussianEvent(noiseMultiplier) { Neighbours = neighbours };
    }

    /// <summary>Of the noise.</summary>
    public double StandardDeviation { get; }

    private protected override void Perturb(Span<double> values)
    {
        CheckFinite(values);
        foreach (ref double value in values)
        {
            value += StandardDeviation * Randomness.Stream.NextGaussian();
        }
    }

    private protected override PrivacyEvent EventOf(int count) => _event;
}

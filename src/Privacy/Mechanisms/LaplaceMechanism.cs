using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>
/// Laplace noise in double precision: ordinary floating-point noise, whose last digits may tell more than ε says (Mironov 2012). Where results are published in
/// full precision, scale to whole numbers and take <see cref="DiscreteLaplaceMechanism"/>.
/// </summary>
public sealed class LaplaceMechanism : Mechanism<double>
{
    private const double TwoToMinus64 = 1.0 / (1UL << 32) / (1UL << 32);

    private readonly double _noiseMultiplier;

    /// <summary>A mechanism.</summary>
    /// <param name="sensitivity">Δ₁: the ℓ₁ distance that one unit moves the numbers at most, above 0.</param>
    /// <param name="noiseMultiplier">b: scale of the noise / Δ₁, above 0; the release is 1/b-differentially private.</param>
    /// <param name="neighbours">What a unit's change is.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public LaplaceMechanism(double sensitivity, double noiseMultiplier, NeighbouringRelation neighbours = NeighbouringRelation.AddOrRemoveOne)
        : this(sensitivity, noiseMultiplier, neighbours, null)
    {
    }

    internal LaplaceMechanism(double sensitivity, double noiseMultiplier, NeighbouringRelation neighbours, RandomKey? key)
        : base(key, neighbours)
    {
        CheckPositive(sensitivity, nameof(sensitivity), "Give how far one unit moves the numbers.");
        _noiseMultiplier = CheckPositive(noiseMultiplier, nameof(noiseMultiplier), "Give scale / sensitivity, which is 1/ε.");
        Scale = Math.BitIncrement(sensitivity * noiseMultiplier);
    }

    /// <summary>Of the noise.</summary>
    public double Scale { get; }

    private protected override void Perturb(Span<double> values)
    {
        CheckFinite(values);
        foreach (ref double value in values)
        {
            bool negative = (Randomness.Stream.NextUInt32() & 1) == 1;
            double magnitude = -Math.Log((Randomness.Stream.NextUInt64() + 0.5) * TwoToMinus64);
            value += negative ? -Scale * magnitude : Scale * magnitude;
        }
    }

    /// <summary>A unit that moves several numbers is bounded by ε alone: the loss of parts need not be that of one whole shift.</summary>
    private protected override PrivacyEvent EventOf(int count) => count <= 1
        ? new LaplaceEvent(_noiseMultiplier) { Neighbours = Neighbours }
        : new EpsilonDeltaEvent(Math.BitIncrement(1 / _noiseMultiplier)) { Neighbours = Neighbours };
}

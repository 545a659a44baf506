using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>Exact discrete Gaussian noise on whole numbers (Canonne, Kamath and Steinke 2020): Δ²/2σ²-zCDP, in any number of coordinates, with no rounding anywhere.</summary>
public sealed class DiscreteGaussianMechanism : Mechanism<long>
{
    private readonly DiscreteGaussian _noise;
    private readonly PrivacyEvent _one;
    private readonly PrivacyEvent _several;

    /// <summary>A mechanism.</summary>
    /// <param name="sensitivity">Δ₂: the ℓ₂ distance that one unit moves the numbers at most, a whole number (round up), ≥ 1.</param>
    /// <param name="standardDeviation">σ of the noise, from 2⁻¹⁰ to 2⁴⁰.</param>
    /// <param name="neighbours">What a unit's change is.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public DiscreteGaussianMechanism(int sensitivity, double standardDeviation, NeighbouringRelation neighbours = NeighbouringRelation.AddOrRemoveOne)
        : this(sensitivity, standardDeviation, neighbours, null)
    {
    }

    internal DiscreteGaussianMechanism(int sensitivity, double standardDeviation, NeighbouringRelation neighbours, RandomKey? key)
        : base(key, neighbours)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sensitivity, 1);
        _noise = new DiscreteGaussian(standardDeviation);
        _one = new DiscreteGaussianEvent(standardDeviation, sensitivity) { Neighbours = neighbours };
        double multiplier = sensitivity / standardDeviation;
        _several = new ConcentratedEvent(multiplier * multiplier / 2 * (1 + 1e-15)) { Neighbours = neighbours };
    }

    private protected override void Perturb(Span<long> values)
    {
        foreach (ref long value in values)
        {
            value = checked(value + _noise.Next(Randomness.Words));
        }
    }

    /// <summary>A unit that moves several numbers is bounded by zCDP (theorem 14): the loss of the parts need not be that of one whole shift.</summary>
    private protected override PrivacyEvent EventOf(int count) => count <= 1 ? _one : _several;
}

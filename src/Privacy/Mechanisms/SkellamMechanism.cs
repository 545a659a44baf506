using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>Exact Skellam noise on whole numbers (Agarwal, Kairouz and Liu 2021): sums of such noises are Skellam noise again, so that many parties may each add a part.</summary>
public sealed class SkellamMechanism : Mechanism<long>
{
    private readonly Skellam _noise;
    private readonly PrivacyEvent _event;

    /// <summary>A mechanism.</summary>
    /// <param name="l1Sensitivity">Δ₁: the ℓ₁ distance that one unit moves the numbers at most, not below Δ₂.</param>
    /// <param name="l2Sensitivity">Δ₂: the ℓ₂ distance, above 0.</param>
    /// <param name="variance">Of the noise, from 2⁻¹⁰ to 2²¹.</param>
    /// <param name="neighbours">What a unit's change is.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public SkellamMechanism(double l1Sensitivity, double l2Sensitivity, double variance, NeighbouringRelation neighbours = NeighbouringRelation.AddOrRemoveOne)
        : this(l1Sensitivity, l2Sensitivity, variance, neighbours, null)
    {
    }

    internal SkellamMechanism(double l1Sensitivity, double l2Sensitivity, double variance, NeighbouringRelation neighbours, RandomKey? key)
        : base(key, neighbours)
    {
        CheckPositive(l2Sensitivity, nameof(l2Sensitivity), "Give how far one unit moves the numbers.");
        _noise = new Skellam(variance);
        _event = new SkellamEvent(variance, l1Sensitivity, l2Sensitivity) { Neighbours = neighbours };
    }

    private protected override void Perturb(Span<long> values)
    {
        foreach (ref long value in values)
        {
            value = checked(value + _noise.Next(Randomness.Words));
        }
    }

    private protected override PrivacyEvent EventOf(int count) => _event;
}

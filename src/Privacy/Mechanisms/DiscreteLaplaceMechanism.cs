using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>
/// Exact discrete Laplace noise on whole numbers, which is the geometric mechanism (Ghosh, Roughgarden and Sundararajan 2009): Δ₁/b-differentially private, with no rounding anywhere.
/// </summary>
public sealed class DiscreteLaplaceMechanism : Mechanism<long>
{
    private readonly int _sensitivity;
    private readonly DiscreteLaplace _noise;

    /// <summary>A mechanism.</summary>
    /// <param name="sensitivity">Δ₁: the ℓ₁ distance that one unit moves the numbers at most, from 1 to 65,536.</param>
    /// <param name="scale">b of the noise, from 2⁻¹⁰ to 2⁴⁰.</param>
    /// <param name="neighbours">What a unit's change is.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public DiscreteLaplaceMechanism(int sensitivity, double scale, NeighbouringRelation neighbours = NeighbouringRelation.AddOrRemoveOne)
        : this(sensitivity, scale, neighbours, null)
    {
    }

    internal DiscreteLaplaceMechanism(int sensitivity, double scale, NeighbouringRelation neighbours, RandomKey? key)
        : base(key, neighbours)
    {
        if (sensitivity is < 1 or > 1 << 16)
        {
            throw new ArgumentOutOfRangeException(nameof(sensitivity), sensitivity, "The sensitivity must lie between 1 and 65,536. Choose a coarser unit of the values.");
        }

        _sensitivity = sensitivity;
        _noise = new DiscreteLaplace(scale);
    }

    private protected override void Perturb(Span<long> values)
    {
        foreach (ref long value in values)
        {
            value = checked(value + _noise.Next(Randomness.Words));
        }
    }

    /// <summary>A unit that moves several numbers is bounded by ε alone: the loss of parts need not be that of one whole shift.</summary>
    private protected override PrivacyEvent EventOf(int count) => count <= 1
        ? new DiscreteLaplaceEvent(Math.BitIncrement(1 / _noise.Scale), _sensitivity) { Neighbours = Neighbours }
        : new EpsilonDeltaEvent(Math.BitIncrement(_sensitivity / _noise.Scale)) { Neighbours = Neighbours };
}

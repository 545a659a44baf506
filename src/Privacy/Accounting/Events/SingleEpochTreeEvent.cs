using System.Collections.Immutable;
using System.Numerics;

namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Running sums by binary trees of noisy nodes, every unit taking part in one step of one of the trees (Dwork, Naor, Pitassi, Rothblum 2010; Chan, Shi, Song 2011). A unit is in ⌈log₂(n+1)⌉ nodes at most, each of which gets its own
/// noise: one Gaussian release of that squared sensitivity.
/// </summary>
public sealed record SingleEpochTreeEvent : PrivacyEvent
{
    /// <summary>An event.</summary>
    /// <param name="noiseMultiplier">σ of a node: noise standard deviation / the sensitivity of one step, finite and ≥ 0.</param>
    /// <param name="stepCounts">Steps of each tree, ≥ 1; more than one where trees are begun anew, every unit still taking part once.</param>
    /// <exception cref="ArgumentException">σ is out of range, or a tree has no steps.</exception>
    public SingleEpochTreeEvent(double noiseMultiplier, params ImmutableArray<long> stepCounts)
    {
        NoiseMultiplier = CheckNoiseMultiplier(noiseMultiplier);
        StepCounts = !stepCounts.IsDefaultOrEmpty && stepCounts.All(steps => steps >= 1)
            ? stepCounts
            : throw new ArgumentException("There must be at least one tree, and every tree must have at least one step.", nameof(stepCounts));
        Neighbours = NeighbouringRelation.ReplaceWithNothing;
    }

    /// <summary>σ of a node.</summary>
    public double NoiseMultiplier { get; }

    /// <summary>Steps of each tree.</summary>
    public ImmutableArray<long> StepCounts { get; }

    /// <summary>Nodes that a unit is in, at most.</summary>
    public int Depth => StepCounts.Max(steps => BitOperations.Log2((ulong)steps) + 1);

    /// <summary>Equal numbers in equal order.</summary>
    /// <param name="other">The other event.</param>
    public bool Equals(SingleEpochTreeEvent? other) => other is not null
        && Neighbours == other.Neighbours && NoiseMultiplier.Equals(other.NoiseMultiplier) && StepCounts.AsSpan().SequenceEqual(other.StepCounts.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(NoiseMultiplier, StepCounts.Length, StepCounts[0]);

    internal override void AddTo(SingleReleases releases, long count)
    {
        CheckStream(Neighbours);
        new GaussianEvent(NoiseMultiplier / Math.Sqrt(Depth) * (1 - 4e-16)) { Neighbours = Neighbours }.AddTo(releases, count);
    }

    private protected override PrivacyEvent Grouped(int size) => new SingleEpochTreeEvent(NoiseMultiplier / size, StepCounts) { Neighbours = Neighbours };

    /// <summary>Adding a unit to a stream would move the units behind it into other steps.</summary>
    internal static void CheckStream(NeighbouringRelation neighbours)
    {
        if (neighbours == NeighbouringRelation.AddOrRemoveOne)
        {
            throw new ArgumentException("Streams are not accounted for under AddOrRemoveOne: a unit more would move the others into other steps. State the event under ReplaceWithNothing.", nameof(neighbours));
        }
    }
}

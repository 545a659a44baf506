using System.Collections.Immutable;

namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Running sums by binary trees over several epochs of the same batches in the same order, with a new tree every so many epochs (Kairouz et al. 2021, "Practical and private (deep) learning without sampling or shuffling"). A unit moves a
/// node by as often as it is in it, so the squared sensitivity is Σ (occurrences in a node)² over all complete nodes.
/// </summary>
public sealed record RepeatedTreeEvent : PrivacyEvent
{
    private const long LargestTree = 1L << 24;

    /// <summary>An event.</summary>
    /// <param name="noiseMultiplier">σ of a node: noise standard deviation / the sensitivity of one step, finite and ≥ 0.</param>
    /// <param name="batches">Steps of an epoch, ≥ 1.</param>
    /// <param name="completed">Whether a tree is filled up with steps without data to a whole binary tree before it is left, so that its root is released.</param>
    /// <param name="epochs">Epochs of each tree, ≥ 1.</param>
    /// <exception cref="ArgumentException">A number is out of range, or a tree has more than 2²⁴ steps.</exception>
    public RepeatedTreeEvent(double noiseMultiplier, int batches, bool completed, params ImmutableArray<int> epochs)
    {
        NoiseMultiplier = CheckNoiseMultiplier(noiseMultiplier);
        ArgumentOutOfRangeException.ThrowIfLessThan(batches, 1);
        Epochs = !epochs.IsDefaultOrEmpty && epochs.All(count => count >= 1 && (long)count * batches <= LargestTree)
            ? epochs
            : throw new ArgumentException("There must be at least one tree; every tree must have at least one epoch and at most 2^24 steps.", nameof(epochs));
        (Batches, Completed) = (batches, completed);
        SquaredSensitivity = Squared();
        Neighbours = NeighbouringRelation.ReplaceWithNothing;
    }

    /// <summary>σ of a node.</summary>
    public double NoiseMultiplier { get; }

    /// <summary>Steps of an epoch.</summary>
    public int Batches { get; }

    /// <summary>Whether trees are filled up before they are left.</summary>
    public bool Completed { get; }

    /// <summary>Epochs of each tree.</summary>
    public ImmutableArray<int> Epochs { get; }

    /// <summary>The largest Σ (occurrences in a node)² of any unit.</summary>
    public long SquaredSensitivity { get; }

    /// <summary>Equal numbers in equal order.</summary>
    /// <param name="other">The other event.</param>
    public bool Equals(RepeatedTreeEvent? other) => other is not null && Neighbours == other.Neighbours && NoiseMultiplier.Equals(other.NoiseMultiplier)
        && Batches == other.Batches && Completed == other.Completed && Epochs.AsSpan().SequenceEqual(other.Epochs.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(NoiseMultiplier, Batches, Completed, Epochs.Length);

    internal override void AddTo(SingleReleases releases, long count)
    {
        SingleEpochTreeEvent.CheckStream(Neighbours);
        new GaussianEvent(NoiseMultiplier / Math.Sqrt(SquaredSensitivity) * (1 - 4e-16)) { Neighbours = Neighbours }.AddTo(releases, count);
    }

    private protected override PrivacyEvent Grouped(int size) => new RepeatedTreeEvent(NoiseMultiplier / size, Batches, Completed, Epochs) { Neighbours = Neighbours };

    private long Squared()
    {
        long[] sums = new long[Batches];
        foreach (IGrouping<int, int> trees in Epochs.GroupBy(count => count))
        {
            long steps = (long)trees.Key * Batches;
            for (int batch = 0; batch < Batches; batch++)
            {
                sums[batch] += trees.Count() * OfTree(batch, trees.Key, steps);
            }
        }

        return sums.Max();
    }

    /// <summary>Σ (occurrences)² of one unit over the complete nodes of a tree, level by level: the unit is at steps batch + e·Batches.</summary>
    private long OfTree(int batch, int epochs, long steps)
    {
        long sum = 0;
        for (int level = 0; ; level++)
        {
            long width = 1L << level;
            long nodes = Completed ? (steps + width - 1) / width : steps / width;
            long node = -1, occurrences = 0;
            for (int epoch = 0; epoch < epochs; epoch++)
            {
                long at = ((long)epoch * Batches + batch) / width;
                sum += at < nodes ? (at == node ? (2 * occurrences) + 1 : 1) : 0; // (o+1)² - o²
                (node, occurrences) = (at, at == node ? occurrences + 1 : 1);
            }

            if (width >= steps)
            {
                return sum;
            }
        }
    }
}

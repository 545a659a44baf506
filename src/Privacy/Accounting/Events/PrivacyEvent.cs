namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// What was released, said in the terms that every accountant understands: a tree of mechanisms and compositions. An event holds only
/// public constants, compares by value, and is refused at construction when a number in it makes no sense.
/// </summary>
/// <remarks>
/// Noise multipliers are noise over the sensitivity <b>under the event's own relation</b>: where units of norm C are exchanged, a sum moves by 2C.
/// An event says of itself what single releases it consists of, and a single release what bounds its moments: whatever is true of a mechanism stands in its file.
/// </remarks>
public abstract record PrivacyEvent
{
    private protected PrivacyEvent()
    {
    }

    /// <summary>The relation under which the noise multipliers of this event hold; all events of one account share it.</summary>
    public virtual NeighbouringRelation Neighbours { get; init; } = NeighbouringRelation.AddOrRemoveOne;

    /// <summary>
    /// What this event costs a group of units that differ together, stated for the group as the unit: Gaussian noise counts for the group's k-fold sensitivity, and a sampled
    /// unit becomes the mixture of how many of the group are in the lot, which is far less than k-fold conversion of (ε, δ).
    /// </summary>
    /// <param name="size">k ≥ 1 units.</param>
    /// <returns>An event under the same relation.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    /// <exception cref="NotSupportedException">No account for groups is known for a part of the event.</exception>
    public PrivacyEvent ForGroup(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        return size == 1 ? this : Grouped(size);
    }

    /// <summary>Takes the event apart into single releases.</summary>
    /// <param name="releases">Takes them.</param>
    /// <param name="count">How often the event takes place, ≥ 0.</param>
    /// <exception cref="ArgumentException">The event is not accounted for under its relation.</exception>
    internal virtual void AddTo(SingleReleases releases, long count) => releases.Add(this, count);

    /// <summary>The moments of a single release; asked only of what <see cref="AddTo"/> adds as itself.</summary>
    internal virtual MomentBound Bound() => throw new InvalidOperationException($"{GetType().Name} is no single release.");

    /// <summary>Two distributions on finitely many points that dominate a single release, under removing a unit or either way of an exchange; null where there are none.</summary>
    internal virtual FinitePair? Pair() => null;

    /// <summary>The event for a group of more than one.</summary>
    private protected virtual PrivacyEvent Grouped(int size) => throw new NotSupportedException(
        $"{GetType().Name} has no account for groups. State the event for the group itself: the unit of privacy is then the group.");

    private protected static double CheckNoiseMultiplier(double noiseMultiplier) => noiseMultiplier >= 0 && double.IsFinite(noiseMultiplier)
        ? noiseMultiplier
        : throw new ArgumentOutOfRangeException(
            nameof(noiseMultiplier), noiseMultiplier, "The noise multiplier must be finite and at least 0. Give noise standard deviation / sensitivity.");

    private protected static double CheckSamplingRate(double samplingRate) => samplingRate is >= 0 and <= 1
        ? samplingRate
        : throw new ArgumentOutOfRangeException(
            nameof(samplingRate), samplingRate, "The sampling rate must lie in [0, 1]. Give expected lot / population.");

    private protected static long CheckCount(long count) => count >= 0
        ? count
        : throw new ArgumentOutOfRangeException(nameof(count), count, "An event cannot take place a negative number of times. Give 0 or more.");

    /// <summary>A number that must be finite and above 0.</summary>
    private protected static double CheckPositive(double value, string name) => value > 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be finite and above 0.");

    /// <summary>A number that must be finite and at least 0.</summary>
    private protected static double CheckNotNegative(double value, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be finite and at least 0.");
}

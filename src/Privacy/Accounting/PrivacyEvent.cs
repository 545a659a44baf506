namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// What was released, said in the terms that every accountant understands: a tree of mechanisms and compositions. An event holds only
/// public constants, compares by value, and is refused at construction when a number in it makes no sense.
/// </summary>
public abstract record PrivacyEvent
{
    private protected PrivacyEvent()
    {
    }

    /// <summary>The relation under which the noise multipliers of this event hold; all events of one account share it.</summary>
    public virtual NeighbouringRelation Neighbours { get; init; } = NeighbouringRelation.AddOrRemoveOne;

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
}

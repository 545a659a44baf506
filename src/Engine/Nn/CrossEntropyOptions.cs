namespace FastDPMeta.Engine.Nn;

/// <summary>Variants of cross-entropy. Each is checked where it is used.</summary>
public sealed record CrossEntropyOptions
{
    /// <summary>
    /// The part of a target that is spread evenly over all classes, in [0, 1) (Szegedy et al. 2016, section 7): 1 - s at the label and s/classes
    /// everywhere.
    /// </summary>
    public double LabelSmoothing { get; init; }

    /// <summary>A label, usually outside the classes, whose position does not count: it gives 0, and a derivative of exactly 0 whatever its logits are.</summary>
    public int? IgnoredIndex { get; init; }

    /// <summary>
    /// A factor of each class's term, finite and at least 0, as many as classes; 1 unless given. Factors do not enter the number of positions that a mean
    /// divides by, so an example of a class with factor 2 weighs twice as much as one with factor 1, however many positions it has.
    /// </summary>
    public IReadOnlyList<float>? ClassWeights { get; init; }
}

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>How <see cref="ItemOffsets"/> bounds what one person adds, and how far it believes what comes out. Public constants.</summary>
public sealed record ItemOffsetOptions
{
    /// <summary>The middle that ratings are counted from: a public guess.</summary>
    public double Centre { get; init; } = 3.5;

    /// <summary>C: the longest a person's contribution, sums and counts together, may be; above 0.</summary>
    public double Clip { get; init; } = 3;

    /// <summary>What one rating adds to the count of its item, beside its residual in the sum; above 0. Noise on counts is that much smaller when they are divided by it again.</summary>
    public double CountWeight { get; init; } = 0.5;

    /// <summary>Ratings of nothing that a person's mean is shrunk by, at least 0.</summary>
    public double PersonShrinkage { get; init; } = 2;

    /// <summary>Variance of true offsets among items, above 0.</summary>
    public double OffsetVariance { get; init; } = 0.2;

    /// <summary>Variance of one clipped residual about its item's offset, at least 0.</summary>
    public double ResidualVariance { get; init; } = 0.3;

    /// <summary>Throws with every bad value in one message.</summary>
    /// <exception cref="ArgumentException">Some value is out of range.</exception>
    internal void Validate() => new ArgumentErrors(nameof(ItemOffsets))
        .Require(double.IsFinite(Centre), nameof(Centre), Centre, "must be finite", "Give the middle of the scale.")
        .Require(Clip > 0 && double.IsFinite(Clip), nameof(Clip), Clip, "must be finite and above 0", "Leave it out for 3.")
        .Require(CountWeight > 0 && double.IsFinite(CountWeight), nameof(CountWeight), CountWeight, "must be finite and above 0", "Leave it out for 0.5.")
        .Require(PersonShrinkage >= 0 && double.IsFinite(PersonShrinkage), nameof(PersonShrinkage), PersonShrinkage, "must be finite and at least 0", "Leave it out for 2.")
        .Require(OffsetVariance > 0 && double.IsFinite(OffsetVariance), nameof(OffsetVariance), OffsetVariance, "must be finite and above 0", "Leave it out for 0.2.")
        .Require(ResidualVariance >= 0 && double.IsFinite(ResidualVariance), nameof(ResidualVariance), ResidualVariance, "must be finite and at least 0", "Leave it out for 0.3.")
        .Throw();
}

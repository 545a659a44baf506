using System.Collections.Immutable;

namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// A stream of n noisy steps whose noise is correlated: noise C⁻¹z with C lower triangular, Toeplitz and banded, z Gaussian (Choquette-Choo et al. 2023, "(Amplified) banded matrix factorization"). A unit takes part at most k times, at
/// steps at least b apart, each time with a contribution of at most the sensitivity of a step: one Gaussian release of sensitivity max over such patterns of ‖Σ columns of C‖.
/// </summary>
/// <remarks>
/// Where steps lie at least as far apart as C has bands, its columns do not meet and the squared sensitivity is the largest Σ‖column‖² of a pattern. Where they meet,
/// every pattern's Σ|CᵀC| over its pairs of steps is bounded row by row: the largest row, times the participations.
/// </remarks>
public sealed record MatrixFactorizationEvent : PrivacyEvent
{
    /// <summary>An event.</summary>
    /// <param name="noiseMultiplier">σ of z: its standard deviation / the sensitivity of one step, finite and ≥ 0.</param>
    /// <param name="coefficients">The first column of C down to its last band, finite, the first not 0; a single 1 is independent noise.</param>
    /// <param name="steps">n ≥ 1.</param>
    /// <param name="participations">k ≥ 1: how often a unit takes part at most.</param>
    /// <param name="separation">b ≥ 1: how many steps lie between two participations at least, counting from one to the next.</param>
    /// <exception cref="ArgumentException">A number is out of range or NaN.</exception>
    public MatrixFactorizationEvent(double noiseMultiplier, ImmutableArray<double> coefficients, int steps, int participations = 1, int separation = 1)
    {
        NoiseMultiplier = CheckNoiseMultiplier(noiseMultiplier);
        Coefficients = !coefficients.IsDefaultOrEmpty && coefficients.All(double.IsFinite) && coefficients[0] != 0
            ? coefficients
            : throw new ArgumentException("The coefficients of C must be finite, and the first of them not 0.", nameof(coefficients));
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(participations, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(separation, 1);
        (Steps, Participations, Separation) = (steps, participations, separation);
        Sensitivity = Math.Sqrt(ToeplitzSensitivity.Squared(coefficients.AsSpan(), steps, participations, separation)) * (1 + 1e-12);
        Neighbours = NeighbouringRelation.ReplaceWithNothing;
    }

    /// <summary>σ of z.</summary>
    public double NoiseMultiplier { get; }

    /// <summary>The first column of C.</summary>
    public ImmutableArray<double> Coefficients { get; }

    /// <summary>n.</summary>
    public int Steps { get; }

    /// <summary>k.</summary>
    public int Participations { get; }

    /// <summary>b.</summary>
    public int Separation { get; }

    /// <summary>The sensitivity of Cx to one unit, in contributions; an upper bound.</summary>
    public double Sensitivity { get; }

    /// <summary>Equal numbers in equal order.</summary>
    /// <param name="other">The other event.</param>
    public bool Equals(MatrixFactorizationEvent? other) => other is not null && Neighbours == other.Neighbours && NoiseMultiplier.Equals(other.NoiseMultiplier)
        && Steps == other.Steps && Participations == other.Participations && Separation == other.Separation && Coefficients.AsSpan().SequenceEqual(other.Coefficients.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(NoiseMultiplier, Steps, Participations, Separation, Coefficients.Length);

    internal override void AddTo(SingleReleases releases, long count)
    {
        SingleEpochTreeEvent.CheckStream(Neighbours);
        new GaussianEvent(NoiseMultiplier / Sensitivity * (1 - 4e-16)) { Neighbours = Neighbours }.AddTo(releases, count);
    }

    private protected override PrivacyEvent Grouped(int size) =>
        new MatrixFactorizationEvent(NoiseMultiplier / size, Coefficients, Steps, Participations, Separation) { Neighbours = Neighbours };
}

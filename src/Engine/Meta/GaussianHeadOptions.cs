namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="GaussianHead"/>; there are no inner steps.</summary>
public sealed record GaussianHeadOptions : LearnerOptions
{
    /// <summary>What the mean of each feature's weight begins at, or stays at: one number for each feature, or one for all. Finite.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [0];

    /// <summary>What the variance of each feature's weight among tasks begins at, or stays at: one number for each feature, or one for all. Above 0.</summary>
    public IReadOnlyList<double> Variance { get; init; } = [1];

    /// <summary>What the variance of targets about the linear function begins at, or stays at; above 0.</summary>
    public double Noise { get; init; } = 1;

    /// <summary>Whether the means are meta-learned.</summary>
    public bool LearnsMean { get; init; } = true;

    /// <summary>Whether the variances, the noise's too, are meta-learned.</summary>
    public bool LearnsVariance { get; init; } = true;

    /// <inheritdoc/>
    protected override void Collect(ICollection<string> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        base.Collect(problems);
        RequirePositive(problems, nameof(Noise), Noise);
        foreach (double variance in Variance)
        {
            RequirePositive(problems, nameof(Variance), variance);
        }

        if (Mean.Count == 0 || Variance.Count == 0 || !Mean.All(double.IsFinite))
        {
            problems.Add($"{nameof(Mean)} and {nameof(Variance)} need one number for each feature, or one for all, all finite; got {Mean.Count} and {Variance.Count}");
        }
    }
}

namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="Reptile"/>.</summary>
public sealed record ReptileOptions : GradientLearnerOptions
{
    /// <summary>What θ - φ is divided by to become the update direction; 1 leaves the outer rate to say how far to go.</summary>
    public double Scale { get; init; } = 1;

    /// <inheritdoc/>
    protected override void Collect(ICollection<string> problems)
    {
        base.Collect(problems);
        RequirePositive(problems, nameof(Scale), Scale);
    }
}

namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="Cavia"/>.</summary>
public sealed record CaviaOptions : UnrolledLearnerOptions
{
    /// <summary>Numbers of the context, at least 1.</summary>
    public int Context { get; init; } = 5;

    /// <inheritdoc/>
    protected override void Collect(ICollection<string> problems)
    {
        base.Collect(problems);
        RequireAtLeast(problems, nameof(Context), Context, 1);
    }
}

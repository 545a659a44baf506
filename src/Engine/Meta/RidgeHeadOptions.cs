namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="RidgeHead"/>; there are no inner steps.</summary>
public sealed record RidgeHeadOptions : LearnerOptions
{
    /// <summary>What the learned penalty begins at, above 0.</summary>
    public double Penalty { get; init; } = 1;

    /// <summary>What the learned scale of the logits begins at, above 0; 1 suits regression.</summary>
    public double Scale { get; init; } = 1;

    /// <inheritdoc/>
    protected override void Collect(ICollection<string> problems)
    {
        base.Collect(problems);
        RequirePositive(problems, nameof(Penalty), Penalty);
        RequirePositive(problems, nameof(Scale), Scale);
    }
}

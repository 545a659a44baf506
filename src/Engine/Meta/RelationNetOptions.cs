namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="RelationNet"/>; there are no inner steps.</summary>
public sealed record RelationNetOptions : LearnerOptions
{
    /// <summary>Hidden units of the network that compares, at least 1.</summary>
    public int Width { get; init; } = 64;

    /// <inheritdoc/>
    protected override void Collect(ICollection<string> problems)
    {
        base.Collect(problems);
        RequireAtLeast(problems, nameof(Width), Width, 1);
    }
}

namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="ProtoNet"/>; there are no inner steps.</summary>
public sealed record ProtoNetOptions : LearnerOptions
{
    /// <summary>
    /// What squared distances are divided by before the softmax. 1 as in the paper; larger values keep gradients alive when embeddings
    /// are wide.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <inheritdoc/>
    protected override void Collect(ICollection<string> problems)
    {
        base.Collect(problems);
        RequirePositive(problems, nameof(Temperature), Temperature);
    }
}

namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="MatchingNet"/>; there are no inner steps.</summary>
public sealed record MatchingNetOptions : LearnerOptions
{
    /// <summary>
    /// What cosine similarities are divided by before the softmax, above 0. 1 as in the paper, where no example can weigh more than e² times another; 0.1 lets
    /// the nearest win.
    /// </summary>
    public double Temperature { get; init; } = 0.1;

    /// <inheritdoc/>
    protected override void Collect(ICollection<string> problems)
    {
        base.Collect(problems);
        RequirePositive(problems, nameof(Temperature), Temperature);
    }
}

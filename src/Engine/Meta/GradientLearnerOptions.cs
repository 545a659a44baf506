namespace FastDPMeta.Engine.Meta;

/// <summary>Options of learners that adapt by gradient steps on the support set.</summary>
public record GradientLearnerOptions : LearnerOptions
{
    /// <summary>Gradient steps of adaptation during training.</summary>
    public int InnerSteps { get; init; } = 1;

    /// <summary>Learning rate of those steps, in training and evaluation.</summary>
    public double InnerRate { get; init; } = 0.01;

    /// <inheritdoc/>
    protected override void Collect(ICollection<string> problems)
    {
        base.Collect(problems);
        RequireAtLeast(problems, nameof(InnerSteps), InnerSteps, 1);
        RequirePositive(problems, nameof(InnerRate), InnerRate);
    }
}

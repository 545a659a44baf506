namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="EvolutionStrategies"/>.</summary>
public sealed record EvolutionStrategiesOptions : GradientLearnerOptions
{
    /// <summary>Random directions of a task, each tried forwards and backwards; at least 1.</summary>
    public int Directions { get; init; } = 8;

    /// <summary>How far each is tried: standard deviation σ of every number, above 0.</summary>
    public double Deviation { get; init; } = 0.05;

    /// <inheritdoc/>
    protected override void Collect(ICollection<string> problems)
    {
        base.Collect(problems);
        RequireAtLeast(problems, nameof(Directions), Directions, 1);
        RequirePositive(problems, nameof(Deviation), Deviation);
    }
}

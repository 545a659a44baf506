namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="MamlPlusPlus"/>; <see cref="GradientLearnerOptions.InnerRate"/> is what every learned rate begins at.</summary>
public sealed record MamlPlusPlusOptions : UnrolledLearnerOptions
{
    /// <summary>How far training has gone when it begins, from 0 to 1: the first value of <c>learner.progress</c>.</summary>
    public double Progress { get; init; }

    /// <summary>Up to which progress inner gradients count as constants, from 0 to 1 (derivative-order annealing); 0 never.</summary>
    public double FirstOrderUntil { get; init; } = 0.3;

    /// <summary>At which progress only the loss after the last step counts, from 0 to 1 (multi-step loss); 0 always.</summary>
    public double MultiStepUntil { get; init; } = 0.3;

    /// <inheritdoc/>
    protected override void Collect(ICollection<string> problems)
    {
        base.Collect(problems);
        foreach ((string name, double value) in ((string, double)[])[(nameof(Progress), Progress), (nameof(FirstOrderUntil), FirstOrderUntil), (nameof(MultiStepUntil), MultiStepUntil)])
        {
            if (!(value >= 0 && value <= 1))
            {
                problems.Add(FormattableString.Invariant($"{name} must lie in [0, 1]; got {value}"));
            }
        }
    }
}

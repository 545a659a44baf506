namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="Maml"/>.</summary>
public sealed record MamlOptions : GradientLearnerOptions
{
    /// <summary>
    /// Whether inner gradients count as constants in the outer derivative (FOMAML): cheaper, and usually slightly worse. False: the exact
    /// derivative through all inner steps.
    /// </summary>
    public bool FirstOrder { get; init; }
}

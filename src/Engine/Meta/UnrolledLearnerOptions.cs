namespace FastDPMeta.Engine.Meta;

/// <summary>Options of learners whose objective is differentiated through inner steps.</summary>
public record UnrolledLearnerOptions : GradientLearnerOptions
{
    /// <summary>
    /// Whether inner gradients count as constants in the outer derivative (as in FOMAML): cheaper, and usually slightly worse. False: the exact
    /// derivative through all inner steps.
    /// </summary>
    public bool FirstOrder { get; init; }

    /// <summary>
    /// Whether the outer derivative computes activations of the inner steps again instead of keeping them: the same gradient with memory for the
    /// weights of every step and the activations of one, for about one more inner forward and backward pass a step. Also compiles in the time of one step.
    /// </summary>
    public bool Recompute { get; init; }
}

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// Model-agnostic meta-learning (Finn, Abbeel and Levine 2017, algorithm 2): the objective is the query loss after the inner gradient
/// steps, differentiated through those steps. <see cref="UnrolledLearnerOptions.FirstOrder"/> gives its first-order form (section 5.2 there).
/// </summary>
/// <param name="options">Its options.</param>
public sealed class Maml(MamlOptions options) : UnrolledLearner(options)
{
    /// <inheritdoc/>
    public override string Name => options.FirstOrder ? "fomaml" : "maml";

    /// <inheritdoc/>
    public override Learner Recomputed => options.Recompute ? this : new Maml(options with { Recompute = true });
}

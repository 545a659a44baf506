using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// ANIL, almost no inner loop (Raghu, Raghu, Bengio and Vinyals 2020, "Rapid learning or feature reuse?", section 4): MAML whose inner steps change
/// the head alone, the last layer with parameters. Features of the support set are computed once, whatever the number of steps.
/// </summary>
/// <param name="options">Its options.</param>
public sealed class Anil(AnilOptions options) : UnrolledLearner(options)
{
    /// <inheritdoc/>
    public override string Name => "anil";

    /// <inheritdoc/>
    public override Learner Recomputed => options.Recompute ? this : new Anil(options with { Recompute = true });

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The model has one layer only.</exception>
    public override Computation TaskObjective(Layer model, Loss loss, TaskShape shape)
    {
        ModelHead.Require(model, Name);
        return base.TaskObjective(model, loss, shape);
    }

    /// <inheritdoc/>
    private protected override bool Adapts(IReadOnlyList<ParameterSpec> parameters, int index) => ModelHead.Has(parameters, index);
}

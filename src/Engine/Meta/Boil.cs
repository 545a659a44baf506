using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// BOIL, body only inner loop (Oh, Yoo, Kim and Yun 2021, "BOIL: towards representation change for few-shot learning", section 3.1): MAML whose inner
/// steps leave the head, the last layer with parameters, as it is.
/// </summary>
/// <param name="options">Its options.</param>
public sealed class Boil(BoilOptions options) : UnrolledLearner(options)
{
    /// <inheritdoc/>
    public override string Name => "boil";

    /// <inheritdoc/>
    public override Learner Recomputed => options.Recompute ? this : new Boil(options with { Recompute = true });

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The model has one layer only.</exception>
    public override Computation TaskObjective(Layer model, Loss loss, TaskShape shape)
    {
        ModelHead.Require(model, Name);
        return base.TaskObjective(model, loss, shape);
    }

    /// <inheritdoc/>
    private protected override bool Adapts(IReadOnlyList<ParameterSpec> parameters, int index) => !ModelHead.Has(parameters, index);
}

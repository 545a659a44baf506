using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// Model-agnostic meta-learning (Finn, Abbeel and Levine 2017, algorithm 2): the objective is the query loss after the inner gradient
/// steps, differentiated through those steps. <see cref="MamlOptions.FirstOrder"/> gives its first-order form (section 5.2 there).
/// </summary>
/// <param name="options">Its options.</param>
public sealed class Maml(MamlOptions options) : GradientLearner(options)
{
    /// <inheritdoc/>
    public override string Name => options.FirstOrder ? "fomaml" : "maml";

    /// <inheritdoc/>
    public override Computation TaskObjective(Layer model, Loss loss, TaskShape shape) => Trace(model, shape, TaskData(shape), (parameters, data) =>
    {
        Tensor[] adapted = Descend(new Episode(model, loss, shape, data[0], data[1]), parameters, options.InnerSteps, options.FirstOrder);
        (Tensor queryLoss, Tensor metric) = Batched.Judge(loss, Batched.Outputs(model, adapted, data[2]), data[3]);
        return [queryLoss, queryLoss, metric];
    });
}

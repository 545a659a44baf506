using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>Learners that adapt in one pass over the support set, without gradient steps, and are trained on the query loss.</summary>
public abstract class SetLearner : Learner
{
    /// <summary>A learner with valid options.</summary>
    /// <param name="options">Its options.</param>
    protected SetLearner(LearnerOptions options)
        : base(options)
    {
    }

    /// <inheritdoc/>
    public override Computation TaskObjective(Layer model, Loss loss, TaskShape shape) => Trace(model, shape, TaskData(shape), (parameters, data) =>
    {
        Tensor[] state = Adapted(new Episode(model, loss, shape, data[0], data[1]), parameters, 0);
        (Tensor queryLoss, Tensor metric) = Batched.Judge(loss, Predicted(model, shape, state, data[2]), data[3]);
        return [queryLoss, queryLoss, metric];
    });
}

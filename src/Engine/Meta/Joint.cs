using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// Plain supervised training on the pooled query sets of all tasks, then fine-tuning on a task: the baseline that meta-learning has to beat
/// (Finn, Abbeel and Levine 2017, section 5.1).
/// </summary>
/// <param name="options">Its options.</param>
public sealed class Joint(JointOptions options) : GradientLearner(options)
{
    /// <inheritdoc/>
    public override string Name => "joint";

    /// <inheritdoc/>
    public override Computation TaskObjective(Layer model, Loss loss, TaskShape shape) => Trace(model, shape, TaskData(shape), (parameters, data) =>
    {
        (Tensor queryLoss, Tensor metric) = Batched.JudgeQuery(model, loss, parameters, data);
        return [queryLoss, queryLoss, metric];
    });
}

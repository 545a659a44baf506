using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>Learners whose objective is the query loss after the inner steps, differentiated through those steps.</summary>
public abstract class UnrolledLearner : GradientLearner
{
    private readonly UnrolledLearnerOptions _options;

    /// <summary>A learner with valid options.</summary>
    /// <param name="options">Its options.</param>
    protected UnrolledLearner(UnrolledLearnerOptions options)
        : base(options)
    {
        _options = options;
    }

    /// <inheritdoc/>
    private protected override bool Recomputes => _options.Recompute;

    /// <inheritdoc/>
    public override Computation TaskObjective(Layer model, Loss loss, TaskShape shape) => Trace(model, shape, TaskData(shape), (parameters, data) =>
    {
        Tensor[] adapted = Descend(new Episode(model, loss, shape, data[0], data[1]), parameters, _options.InnerSteps, _options.FirstOrder);
        (Tensor queryLoss, Tensor metric) = Batched.JudgeQuery(model, loss, adapted, data);
        return [queryLoss, queryLoss, metric];
    });
}

using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// One-example functions over a task's examples: traced once for one example and batched by <see cref="Computation.Vmap"/>; and models that see a task's
/// examples together, which take statistics from the support set and hand them to the query set.
/// </summary>
internal static class Batched
{
    /// <summary>The model's outputs [example, …] on a support set, or on any batch that is learned from: normalisations take their statistics from these very rows.</summary>
    public static Tensor Support(Layer model, ReadOnlySpan<Tensor> parameters, Tensor inputs) => model.ApplyRows(inputs, parameters, TaskStatistics.OfBatch());

    /// <summary>
    /// What is kept of a task for its queries: the model's parameters and, behind them, statistics of the support set under these parameters, where the model has any.
    /// </summary>
    public static Tensor[] State(Layer model, ReadOnlySpan<Tensor> parameters, Tensor support) =>
        model.Statistics.Count == 0 ? parameters.ToArray() : SupportState(model, parameters, support).State;

    /// <summary>Outputs on the support set and, from the same pass, what <see cref="State"/> gives.</summary>
    public static (Tensor Outputs, Tensor[] State) SupportState(Layer model, ReadOnlySpan<Tensor> parameters, Tensor support)
    {
        TaskStatistics statistics = TaskStatistics.OfBatch();
        Tensor outputs = model.ApplyRows(support, parameters, statistics);
        return (outputs, [.. parameters, .. statistics.Noted]);
    }

    /// <summary>How many tensors <see cref="State"/> gives.</summary>
    public static int StateCount(Layer model) => model.Parameters.Count + model.Statistics.Count;

    /// <summary>The model's outputs [example, …] on queries.</summary>
    /// <param name="model">The model.</param>
    /// <param name="state">What <see cref="State"/> gave.</param>
    /// <param name="inputs">[example, …].</param>
    public static Tensor Query(Layer model, ReadOnlySpan<Tensor> state, Tensor inputs)
    {
        int count = model.Parameters.Count;
        return model.ApplyRows(inputs, state[..count], TaskStatistics.Given(state[count..]));
    }

    /// <summary>Refuses a model that sees a task's examples together, for a learner whose model never meets the support set.</summary>
    /// <exception cref="ArgumentException">The model has such a normalisation.</exception>
    public static void RequireSingleExamples(Layer model, string learner)
    {
        if (model.SeesExamples)
        {
            throw new ArgumentException(
                $"{learner}: {model.Name} normalises over the examples of a task, and this learner shows it queries only, with no support set to take statistics from. "
                + "Take GroupNorm or LayerNorm, or a learner that adapts the model itself, as Maml or ProtoNet.", nameof(model));
        }
    }

    /// <summary>Mean over examples of a scalar of output and target.</summary>
    public static Tensor Mean(Func<Tensor, Tensor, Tensor> function, Tensor outputs, Tensor targets)
    {
        Computation one = Computation.Trace([outputs.Shape.Remove(0), targets.Shape.Remove(0)], arguments => function(arguments[0], arguments[1]));
        return one.Vmap("example", outputs.Shape[0]).Call(outputs, targets)[0].Mean();
    }

    /// <summary>Mean loss of a model over examples that are learned from.</summary>
    public static Tensor MeanLoss(Layer model, Loss loss, ReadOnlySpan<Tensor> parameters, Tensor inputs, Tensor targets) =>
        Mean(loss.Value, Support(model, parameters, inputs), targets);

    /// <summary>Mean loss and mean metric of the query set under adapted parameters.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loss">Loss and metric of one example.</param>
    /// <param name="adapted">The model's parameters.</param>
    /// <param name="data">Support inputs, support targets, query inputs, query targets.</param>
    public static (Tensor Loss, Tensor Metric) JudgeQuery(Layer model, Loss loss, ReadOnlySpan<Tensor> adapted, Tensor[] data) =>
        Judge(loss, Query(model, State(model, adapted, data[0]), data[2]), data[3]);

    /// <summary>Mean loss and mean metric of outputs.</summary>
    public static (Tensor Loss, Tensor Metric) Judge(Loss loss, Tensor outputs, Tensor targets) =>
        (Mean(loss.Value, outputs, targets), Mean(loss.Metric, outputs, targets));
}

using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// Reptile (Nichol, Achiam and Schulman 2018, algorithm 1): the update direction is θ - φ, where φ are the parameters after the inner steps.
/// Steps take the support set and the query set in turn: two disjoint mini-batches of the task, each balanced over classes. (The batches
/// must differ for the direction to hold more than the plain gradient: section 5 there.)
/// </summary>
/// <param name="options">Its options.</param>
public sealed class Reptile(ReptileOptions options) : GradientLearner(options)
{
    /// <inheritdoc/>
    public override string Name => "reptile";

    /// <inheritdoc/>
    /// <remarks>The query loss is measured after the inner steps, which have seen the query set too.</remarks>
    public override Computation TaskObjective(Layer model, Loss loss, TaskShape shape) => Trace(model, shape, TaskData(shape), (parameters, data) =>
    {
        Tensor[] adapted = parameters;
        for (int step = 0; step < options.InnerSteps; step++)
        {
            int batch = 2 * (step % 2);
            adapted = Descend(new Episode(model, loss, shape, data[batch], data[batch + 1]), adapted, 1, firstOrder: true);
        }

        // Σ θ·(θ - φ) with the second factor held constant: its derivative is θ - φ.
        Tensor objective = parameters[0].Constant(0);
        for (int i = 0; i < parameters.Length; i++)
        {
            objective += (parameters[i] * (parameters[i] - adapted[i]).StopGradient()).Sum();
        }

        (Tensor queryLoss, Tensor metric) = Batched.JudgeQuery(model, loss, adapted, data);
        return [objective * (1 / options.Scale), queryLoss, metric];
    });
}

using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// MAML without an outer derivative, by evolution strategies (Song et al. 2020, "ES-MAML", section 3.1, with antithetic pairs): the update direction is
/// Σ_i ε_i·(L(θ + σε_i) - L(θ - σε_i))/(2nσ), L being the query loss after the inner steps and ε_i standard normal. It needs no second derivative and memory
/// for one step; its variance grows with the number of parameters.
/// </summary>
/// <remarks>Directions come from the task's key of the round, the last argument of the objective: a task draws its own, whoever else is in the lot.</remarks>
/// <param name="options">Its options.</param>
public sealed class EvolutionStrategies(EvolutionStrategiesOptions options) : GradientLearner(options)
{
    /// <inheritdoc/>
    public override string Name => "evolution";

    /// <inheritdoc/>
    public override bool UsesRandomness => true;

    /// <inheritdoc/>
    /// <remarks>The objective's value is Σ θ·direction, which means nothing.</remarks>
    public override Computation TaskObjective(Layer model, Loss loss, TaskShape shape) => Trace(model, shape, [.. TaskData(shape), Randomness.KeyShape], (parameters, data) =>
    {
        Episode episode = new(model, loss, shape, data[0], data[1]);
        (Tensor Loss, Tensor Metric) Judged(Tensor[] start)
        {
            Tensor[] adapted = Descend(episode, start, options.InnerSteps, firstOrder: true);
            return Batched.JudgeQuery(model, loss, adapted, data);
        }

        int[] trainable = [.. Enumerable.Range(0, parameters.Length).Where(i => model.Parameters[i].Trainable)];
        Tensor[] direction = [.. trainable.Select(i => parameters[i].Fill(0))];
        for (int pair = 0; pair < options.Directions; pair++)
        {
            Tensor[] tried = [.. trainable.Select((index, i) => data[4].Gaussian((uint)((pair * trainable.Length) + i), parameters[index].Shape))];
            Tensor[] Moved(double distance)
            {
                Tensor[] moved = [.. parameters];
                for (int i = 0; i < trainable.Length; i++)
                {
                    moved[trainable[i]] += tried[i] * distance;
                }

                return moved;
            }

            Tensor slope = (Judged(Moved(options.Deviation)).Loss - Judged(Moved(-options.Deviation)).Loss) * (1 / (2 * options.Directions * options.Deviation));
            direction = [.. direction.Select((sum, i) => sum + (tried[i] * slope))];
        }

        Tensor objective = parameters[0].Constant(0);
        for (int i = 0; i < trainable.Length; i++)
        {
            objective += (parameters[trainable[i]] * direction[i].StopGradient()).Sum();
        }

        (Tensor queryLoss, Tensor metric) = Judged(parameters);
        return [objective, queryLoss, metric];
    });
}

using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Engine.Meta;

/// <summary>Learners that adapt by gradient steps on the mean support loss: φ ← φ - rate·∇L(φ), unless one of them says how else.</summary>
public abstract class GradientLearner : Learner
{
    private readonly double _rate;

    /// <summary>A learner with valid options.</summary>
    /// <param name="options">Its options.</param>
    protected GradientLearner(GradientLearnerOptions options)
        : base(options)
    {
        _rate = options.InnerRate;
    }

    /// <summary>Whether the outer derivative computes activations of the steps again instead of keeping them.</summary>
    private protected virtual bool Recomputes => false;

    /// <inheritdoc/>
    protected override Tensor[] Adapted(Episode episode, Tensor[] parameters, int steps)
    {
        ArgumentNullException.ThrowIfNull(episode);
        return Batched.State(episode.Model, Descend(episode, parameters, steps, firstOrder: false), episode.Inputs);
    }

    /// <summary>Whether steps change a parameter of the model.</summary>
    /// <param name="parameters">The model's.</param>
    /// <param name="index">Which of them.</param>
    private protected virtual bool Adapts(IReadOnlyList<ParameterSpec> parameters, int index) => true;

    /// <summary>What a step subtracts from a parameter.</summary>
    /// <param name="gradient">The parameter's gradient.</param>
    /// <param name="index">Which of the model's parameters.</param>
    /// <param name="own">The learner's own parameters.</param>
    /// <param name="elements">This step's elements of <see cref="Schedules"/>.</param>
    private protected virtual Tensor Move(Tensor gradient, int index, Tensor[] own, Tensor[] elements) => gradient * _rate;

    /// <summary>Tensors [step, …] made of the learner's own parameters, of which each step gets its element.</summary>
    /// <param name="own">The learner's own parameters.</param>
    /// <param name="steps">How many steps, at least 1.</param>
    private protected virtual Tensor[] Schedules(Tensor[] own, int steps) => [];

    /// <summary>Records gradient steps on the support set.</summary>
    /// <param name="episode">The task's support set.</param>
    /// <param name="parameters">Where to begin: the model's parameters, and behind them the learner's own.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="firstOrder">Whether gradients count as constants for later derivatives.</param>
    /// <returns>The model's parameters after the steps.</returns>
    private protected Tensor[] Descend(Episode episode, Tensor[] parameters, int steps, bool firstOrder) =>
        Descend(episode, parameters, steps, firstOrder, [], static (_, _) => []).Adapted;

    /// <summary>Records gradient steps and something that is computed after each.</summary>
    /// <param name="episode">The task's support set.</param>
    /// <param name="parameters">Where to begin: the model's parameters, and behind them the learner's own.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="firstOrder">Whether gradients count as constants for later derivatives.</param>
    /// <param name="extra">Tensors that <paramref name="after"/> sees.</param>
    /// <param name="after">From the model's parameters after a step, and <paramref name="extra"/>, to results.</param>
    /// <returns>The model's parameters after the last step, and results [step, …].</returns>
    private protected (Tensor[] Adapted, Tensor[] Each) Descend(
        Episode episode, Tensor[] parameters, int steps, bool firstOrder, Tensor[] extra, Func<Tensor[], Tensor[], Tensor[]> after)
    {
        IReadOnlyList<ParameterSpec> specs = episode.Model.Parameters;
        int[] moving = [.. Enumerable.Range(0, specs.Count).Where(index => Adapts(specs, index))];
        int[] staying = [.. Enumerable.Range(0, specs.Count).Except(moving)];
        Tensor[] own = parameters[specs.Count..];
        Tensor[] whole = new Tensor[specs.Count];
        void Place(int[] indices, ReadOnlySpan<Tensor> values)
        {
            for (int i = 0; i < indices.Length; i++)
            {
                whole[indices[i]] = values[i];
            }
        }

        (Tensor[] adapted, Tensor[] each) = InnerSteps.Run(
            [.. moving.Select(index => parameters[index])],
            steps > 0 ? Schedules(own, steps) : [],
            [episode.Inputs, episode.Targets, .. staying.Select(index => parameters[index]), .. own, .. extra],
            steps,
            Recomputes,
            (state, elements, constants) =>
            {
                int ownAt = 2 + staying.Length;
                int extraAt = ownAt + own.Length;
                Place(moving, state);
                Place(staying, constants.AsSpan(2, staying.Length));
                Tensor loss = Batched.MeanLoss(episode.Model, episode.Loss, whole, constants[0], constants[1]);
                Tensor[] gradients = Grad.Of(loss, state);
                Tensor[] next = [.. state.Select((value, i) =>
                    value - Move(firstOrder ? gradients[i].StopGradient() : gradients[i], moving[i], constants[ownAt..extraAt], elements))];
                Place(moving, next);
                return (next, after([.. whole], constants[extraAt..]));
            });
        Place(moving, adapted);
        Place(staying, [.. staying.Select(index => parameters[index])]);
        return ([.. whole], each);
    }
}

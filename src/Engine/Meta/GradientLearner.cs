using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Engine.Meta;

/// <summary>Learners that adapt by plain gradient descent on the mean support loss: φ ← φ - rate·∇L(φ).</summary>
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

    /// <inheritdoc/>
    protected override Tensor[] Adapted(Episode episode, Tensor[] parameters, int steps) => Descend(episode, parameters, steps, firstOrder: false);

    /// <summary>Records gradient steps on the support set.</summary>
    /// <param name="episode">The task's support set.</param>
    /// <param name="parameters">Where to begin.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="firstOrder">Whether gradients count as constants for later derivatives.</param>
    private protected Tensor[] Descend(Episode episode, Tensor[] parameters, int steps, bool firstOrder)
    {
        for (int step = 0; step < steps; step++)
        {
            Tensor loss = Batched.MeanLoss(episode.Model, episode.Loss, parameters, episode.Inputs, episode.Targets);
            Tensor[] gradients = Grad.Of(loss, parameters);
            parameters = [.. parameters.Select((value, i) => value - ((firstOrder ? gradients[i].StopGradient() : gradients[i]) * _rate))];
        }

        return parameters;
    }
}

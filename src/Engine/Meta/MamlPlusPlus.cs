using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// MAML++ (Antoniou, Edwards and Storkey 2019, "How to train your MAML", section 4) without its batch statistics, which mix examples: a rate for every parameter
/// array (a layer's weight, its bias) and step is meta-learned; the query loss is taken after every step, weighted so that early steps count less as training goes on; and gradients through the
/// steps are of first order in the beginning.
/// </summary>
/// <remarks>
/// Own parameters: <c>learner.rate</c> [step, parameter], and <c>learner.progress</c>, a scalar that training does not change: it says how far training has gone, from
/// 0 to 1, and is written between calls of a trainer. One compiled step serves all of training that way. Evaluation with more steps than training had uses the
/// last step's rates again.
/// </remarks>
/// <param name="options">Its options.</param>
public sealed class MamlPlusPlus(MamlPlusPlusOptions options) : UnrolledLearner(options)
{
    /// <inheritdoc/>
    public override string Name => "maml++";

    /// <inheritdoc/>
    public override Learner Recomputed => options.Recompute ? this : new MamlPlusPlus(options with { Recompute = true });

    /// <inheritdoc/>
    public override Computation TaskObjective(Layer model, Loss loss, TaskShape shape) => Trace(model, shape, TaskData(shape), (parameters, data) =>
    {
        Episode episode = new(model, loss, shape, data[0], data[1]);
        Tensor[] Judged(Tensor[] adapted, Tensor[] query)
        {
            (Tensor queryLoss, Tensor metric) = Batched.JudgeQuery(model, loss, adapted, query);
            return [queryLoss, metric];
        }

        (_, Tensor[] each) = Descend(episode, parameters, options.InnerSteps, options.FirstOrder, data, Judged);
        int last = options.InnerSteps - 1;
        return [(each[0] * Weights(parameters[^1])).Sum(), each[0].Slice(0, last, 1).Sum(), each[1].Slice(0, last, 1).Sum()];
    });

    /// <inheritdoc/>
    protected override IReadOnlyList<ParameterSpec> OwnParameters(Layer model, TaskShape shape)
    {
        ArgumentNullException.ThrowIfNull(model);
        Shape rates = new(new Axis(options.InnerSteps, "step"), new Axis(model.Parameters.Count, "parameter"));
        return
        [
            new ParameterSpec("rate", rates, Initializer.Constant(options.InnerRate)),
            new ParameterSpec("progress", Shape.Scalar, Initializer.Constant(options.Progress)) { Trainable = false },
        ];
    }

    /// <inheritdoc/>
    private protected override Tensor[] Schedules(Tensor[] own, int steps)
    {
        Tensor rates = own[0];
        Tensor last = rates.Slice(0, options.InnerSteps - 1, 1);
        return
        [
            steps <= options.InnerSteps
                ? rates.Slice(0, 0, steps)
                : Tensor.Concatenate(0, [rates, .. Enumerable.Repeat(last, steps - options.InnerSteps)]),
        ];
    }

    /// <inheritdoc/>
    private protected override Tensor Move(Tensor gradient, int index, Tensor[] own, Tensor[] elements)
    {
        // The same number either way; only what is differentiated later differs.
        Tensor secondOrder = 1.0 - (own[1] < options.FirstOrderUntil);
        Tensor constant = gradient.StopGradient();
        return (constant + ((gradient - constant) * secondOrder)) * elements[0].Slice(0, index, 1).Sum();
    }

    /// <summary>What the loss after each step counts, [step], adding up to 1.</summary>
    private Tensor Weights(Tensor progress)
    {
        int steps = options.InnerSteps;
        Tensor early = options.MultiStepUntil > 0
            ? Tensor.Max(1.0 - (progress * (1 / options.MultiStepUntil)), progress.Constant(0)) * (1.0 / steps)
            : progress.Constant(0);
        Tensor isLast = progress.Literal(new Shape(steps), [.. Enumerable.Range(0, steps).Select(step => step == steps - 1 ? 1f : 0f)]);
        return early + (isLast * (1.0 - (early * steps)));
    }
}

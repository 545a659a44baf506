using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// Meta-SGD (Li, Zhou, Chen and Li 2017, "Meta-SGD: learning to learn quickly for few-shot learning", equation 2): a rate for every number of the
/// model, φ ← φ - α∘∇L(φ), is meta-learned beside it. Rates may become negative, as in the paper.
/// </summary>
/// <remarks>Own parameters: <c>learner.rate.…</c> for each of the model's, with its shape: twice as many numbers to clip and to noise.</remarks>
/// <param name="options">Its options.</param>
public sealed class MetaSgd(MetaSgdOptions options) : UnrolledLearner(options)
{
    /// <inheritdoc/>
    public override string Name => "meta-sgd";

    /// <inheritdoc/>
    public override Learner Recomputed => options.Recompute ? this : new MetaSgd(options with { Recompute = true });

    /// <inheritdoc/>
    protected override IReadOnlyList<ParameterSpec> OwnParameters(Layer model, TaskShape shape)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [.. model.Parameters.Select(parameter => new ParameterSpec($"rate.{parameter.Name}", parameter.Shape, Initializer.Constant(options.InnerRate))
        {
            Trainable = parameter.Trainable,
        })];
    }

    /// <inheritdoc/>
    private protected override Tensor Move(Tensor gradient, int index, Tensor[] own, Tensor[] elements) => gradient * own[index];
}

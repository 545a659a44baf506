using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// Bayesian linear regression whose prior is meta-learned, ALPaCA (Harrison, Sharma and Pavone 2018, "Meta-learning priors for efficient online Bayesian regression", section 3, with a diagonal prior):
/// among tasks the head's weights are Gaussian about a mean m with variances s², targets have noise of variance n, and a task's head is the posterior mean
/// <c>w = m + s²Φᵀ(Φs²Φᵀ + nI)⁻¹(y - Φm)</c> of its support set, Φ being the model's features. Predictions are φ·w. Where the support set says nothing, as without any
/// example, the head is m. A support row of zeros weighs nothing, so that supports may differ in size.
/// </summary>
/// <remarks>
/// <para>With features that are public this learns 2·features + 1 numbers and no more, which few people can support under privacy.</para>
/// <para>Own parameters: <c>learner.mean</c> m and <c>learner.spread</c>, the logarithm of s², both [feature], and <c>learner.noise</c>, the logarithm of n, a scalar; those not learned are frozen.
/// Classes are regressed as zeros and ones, each with a head of its own from one prior.</para>
/// </remarks>
/// <param name="options">Its options.</param>
public sealed class GaussianHead(GaussianHeadOptions options) : SetLearner(options)
{
    private const int Own = 3;

    /// <inheritdoc/>
    public override string Name => "alpaca";

    /// <inheritdoc/>
    protected override IReadOnlyList<ParameterSpec> OwnParameters(Layer model, TaskShape shape)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(shape);
        int width = model.OutputShape(shape.Input).Count;
        Shape features = new(new Axis(width, "feature"));
        return
        [
            new ParameterSpec("mean", features, Of(options.Mean, width, nameof(GaussianHeadOptions.Mean))) { Trainable = options.LearnsMean },
            new ParameterSpec("spread", features, Of([.. options.Variance.Select(variance => Math.Log(variance))], width, nameof(GaussianHeadOptions.Variance))) { Trainable = options.LearnsVariance },
            new ParameterSpec("noise", Shape.Scalar, Initializer.Constant(Math.Log(options.Noise))) { Trainable = options.LearnsVariance },
        ];
    }

    /// <inheritdoc/>
    protected override Tensor[] Adapted(Episode episode, Tensor[] parameters, int steps)
    {
        ArgumentNullException.ThrowIfNull(episode);
        ArgumentNullException.ThrowIfNull(parameters);
        (Tensor outputs, Tensor[] state) = Batched.SupportState(episode.Model, parameters.AsSpan(..^Own), episode.Inputs);
        Tensor features = TaskRows.Inputs(outputs);
        Tensor mean = parameters[^3].Reshape(features.Shape[1], 1);
        Tensor spread = (parameters[^2] * 0.5).Exp().Reshape(1, features.Shape[1]);
        Tensor scaled = features * spread;
        Tensor gram = scaled.MatMul(scaled.SwapLast()) + (LinearSolve.Identity(features, features.Shape[0]) * parameters[^1].Exp());
        Tensor left = LinearSolve.PositiveDefinite(gram, TaskRows.Targets(episode.Shape, episode.Targets) - features.MatMul(mean));
        return [.. state, mean + (spread.SwapLast() * scaled.SwapLast().MatMul(left))];
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Shape> StateShapes(Layer model, TaskShape shape)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(shape);
        int width = model.OutputShape(shape.Input).Count;
        return [.. base.StateShapes(model, shape), new Shape(new Axis(width, "feature"), new Axis(TaskRows.TargetWidth(shape), "unit"))];
    }

    /// <inheritdoc/>
    protected override Tensor Predicted(Layer model, TaskShape shape, Tensor[] state, Tensor inputs)
    {
        ArgumentNullException.ThrowIfNull(state);
        return TaskRows.Inputs(Batched.Query(model, state.AsSpan(..^1), inputs)).MatMul(state[^1]);
    }

    private static Initializer Of(IReadOnlyList<double> values, int width, string name) => values.Count == 1 ? Initializer.Constant(values[0])
        : values.Count == width ? Initializer.Given([.. values.Select(value => (float)value)])
        : throw new ArgumentException($"GaussianHead: {name} needs one number for each of the {width} features, or one for all; got {values.Count}.", name);
}

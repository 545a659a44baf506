using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// Attentive neural process, its deterministic path (Kim et al. 2019, section 3): as <see cref="NeuralProcess"/>, but every query looks at the support pairs for
/// itself, softmax(q·kᵀ/√d)·r, with queries and keys made of inputs by one network. The model takes [feature + representation].
/// </summary>
/// <remarks>Own parameters: <c>learner.encoder.…</c> of pairs, <c>learner.key.…</c> of inputs.</remarks>
/// <param name="options">Its options.</param>
public sealed class AttentiveNeuralProcess(AttentiveNeuralProcessOptions options) : SetLearner(options)
{
    /// <inheritdoc/>
    public override string Name => "anp";

    /// <inheritdoc/>
    protected override IReadOnlyList<ParameterSpec> OwnParameters(Layer model, TaskShape shape) => [.. Encoder(shape).Parameters, .. Keys(shape).Parameters];

    /// <inheritdoc/>
    protected override Tensor[] Adapted(Episode episode, Tensor[] parameters, int steps)
    {
        ArgumentNullException.ThrowIfNull(episode);
        int model = episode.Model.Parameters.Count;
        (SetEncoder encoder, SetEncoder keys) = (Encoder(episode.Shape), Keys(episode.Shape));
        int keysAt = model + encoder.Parameters.Count;
        return
        [
            .. parameters[..model],
            .. parameters[keysAt..],
            keys.Inputs(parameters.AsSpan(keysAt), episode.Inputs),
            encoder.Pairs(parameters.AsSpan(model..keysAt), episode.Inputs, episode.Targets),
        ];
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Shape> StateShapes(Layer model, TaskShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Shape codes = new(new Axis(shape.SupportCount, "example"), new Axis(options.Representation, "feature"));
        return [.. base.StateShapes(model, shape), .. Keys(shape).Parameters.Select(parameter => parameter.Shape), codes, codes];
    }

    /// <inheritdoc/>
    protected override Tensor Predicted(Layer model, TaskShape shape, Tensor[] state, Tensor inputs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(state);
        int count = model.Parameters.Count;
        Tensor queries = Keys(shape).Inputs(state.AsSpan(count..^2), inputs);
        Tensor scores = queries.MatMul(state[^2].SwapLast()) * (1 / Math.Sqrt(options.Representation));
        Tensor weights = (scores - scores.MaxOver(1).StopGradient().Reshape(scores.Shape.Axes[0], 1)).Exp();
        Tensor context = weights.MatMul(state[^1]) / weights.Sum(1).Reshape(scores.Shape.Axes[0], 1);
        return TaskRows.OutputsWith(model, state.AsSpan(..count), inputs, context);
    }

    private SetEncoder Encoder(TaskShape shape) => new(options, shape);

    private SetEncoder Keys(TaskShape shape) => SetEncoder.OfInputs(options, shape, "key");
}

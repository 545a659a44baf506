using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// Conditional neural process (Garnelo et al. 2018, section 2.2): an encoder codes every support pair, the mean of the codes is the task, and the model
/// decodes a query input with the task's code behind it: it takes [feature + representation]. What is reported is what the given loss asks for: a mean
/// for the squared error, logits for cross-entropy. Order does not matter.
/// </summary>
/// <remarks>Own parameters: <c>learner.encoder.…</c>.</remarks>
/// <param name="options">Its options.</param>
public sealed class NeuralProcess(NeuralProcessOptions options) : SetLearner(options)
{
    /// <inheritdoc/>
    public override string Name => "cnp";

    /// <inheritdoc/>
    protected override IReadOnlyList<ParameterSpec> OwnParameters(Layer model, TaskShape shape) => new SetEncoder(options, shape).Parameters;

    /// <inheritdoc/>
    protected override Tensor[] Adapted(Episode episode, Tensor[] parameters, int steps)
    {
        ArgumentNullException.ThrowIfNull(episode);
        int count = episode.Model.Parameters.Count;
        return [.. parameters[..count], new SetEncoder(options, episode.Shape).Set(parameters.AsSpan(count), episode.Inputs, episode.Targets)];
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Shape> StateShapes(Layer model, TaskShape shape) => [.. base.StateShapes(model, shape), new Shape(new Axis(options.Representation, "feature"))];

    /// <inheritdoc/>
    protected override Tensor Predicted(Layer model, TaskShape shape, Tensor[] state, Tensor inputs) => TaskRows.OutputsWith(model, state.AsSpan(..^1), inputs, state[^1]);
}

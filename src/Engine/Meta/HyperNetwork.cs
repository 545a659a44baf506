using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// Hypernetwork (Ha, Dai and Le 2017): the support set's code r generates the weights of the task's network, θ + r·G, one matrix G for each of the model's
/// parameters. The model is what it is for other learners; every one of its numbers differs from task to task.
/// </summary>
/// <remarks>
/// Own parameters: <c>learner.encoder.…</c> and <c>learner.generator.…</c> [feature, numbers of that parameter]: as many times more numbers than the model has
/// as the representation is long, so keep that short where noise is added.
/// </remarks>
/// <param name="options">Its options.</param>
public sealed class HyperNetwork(HyperNetworkOptions options) : SetLearner(options)
{
    private const double FirstVariance = 0.01; // of generated numbers per unit of code: tasks begin close to the shared weights

    /// <inheritdoc/>
    public override string Name => "hypernetwork";

    /// <inheritdoc/>
    protected override IReadOnlyList<ParameterSpec> OwnParameters(Layer model, TaskShape shape)
    {
        ArgumentNullException.ThrowIfNull(model);
        return
        [
            .. new SetEncoder(options, shape).Parameters,
            .. model.Parameters.Select(parameter => new ParameterSpec(
                $"generator.{parameter.Name}",
                new Shape(new Axis(options.Representation, "feature"), new Axis(parameter.Shape.Count, "unit")),
                Initializer.VarianceScaling(FirstVariance, FanMode.In, Distribution.Normal),
                options.Representation,
                parameter.Shape.Count)),
        ];
    }

    /// <inheritdoc/>
    protected override Tensor[] Adapted(Episode episode, Tensor[] parameters, int steps)
    {
        ArgumentNullException.ThrowIfNull(episode);
        ArgumentNullException.ThrowIfNull(parameters);
        int count = episode.Model.Parameters.Count;
        Tensor code = new SetEncoder(options, episode.Shape).Set(parameters.AsSpan(count..^count), episode.Inputs, episode.Targets).Reshape(1, options.Representation);
        Tensor[] generated = [.. Enumerable.Range(0, count).Select(i => parameters[i] + code.MatMul(parameters[parameters.Length - count + i]).Reshape(parameters[i].Shape))];
        return Batched.State(episode.Model, generated, episode.Inputs);
    }
}

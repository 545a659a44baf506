using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// Relation networks (Sung et al. 2018, "Learning to compare", section 3.2): the model embeds, a class is the sum of its support embeddings, and a learned network
/// scores each pair of class and query. Scores are logits for the given loss, cross-entropy usually, where the paper squeezes them into [0, 1] and takes
/// squared errors.
/// </summary>
/// <remarks>Own parameters: <c>learner.relation.…</c>, a hidden layer with relu and a score.</remarks>
/// <param name="options">Its options.</param>
public sealed class RelationNet(RelationNetOptions options) : SetLearner(options)
{
    /// <inheritdoc/>
    public override string Name => "relation";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The task has no classes.</exception>
    public override Computation TaskObjective(Layer model, Loss loss, TaskShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape.Way > 1
            ? base.TaskObjective(model, loss, shape)
            : throw new ArgumentException("RelationNet: compares classes, and the task has none (its way is 1). Give at least 2 classes, or take another learner for regression.", nameof(shape));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<ParameterSpec> OwnParameters(Layer model, TaskShape shape) =>
        [.. Relation(model, shape).Parameters.Select(parameter => parameter with { Name = $"relation.{parameter.Name}" })];

    /// <inheritdoc/>
    protected override Tensor[] Adapted(Episode episode, Tensor[] parameters, int steps)
    {
        ArgumentNullException.ThrowIfNull(episode);
        int count = episode.Model.Parameters.Count;
        (Tensor outputs, Tensor[] state) = Batched.SupportState(episode.Model, parameters.AsSpan(..count), episode.Inputs);
        return [.. state, .. parameters[count..], TaskRows.Targets(episode.Shape, episode.Targets).SwapLast().MatMul(TaskRows.Inputs(outputs))];
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Shape> StateShapes(Layer model, TaskShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return
        [
            .. base.StateShapes(model, shape),
            .. Relation(model, shape).Parameters.Select(parameter => parameter.Shape),
            new Shape(new Axis(shape.Way, "class"), new Axis(model.OutputShape(shape.Input).Count, "feature")),
        ];
    }

    /// <inheritdoc/>
    protected override Tensor Predicted(Layer model, TaskShape shape, Tensor[] state, Tensor inputs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(state);
        int count = Batched.StateCount(model);
        Tensor queries = TaskRows.Inputs(Batched.Query(model, state.AsSpan(..count), inputs));
        (Axis query, Axis way, int width) = (queries.Shape.Axes[0], new Axis(shape.Way, "class"), queries.Shape[1]);
        Tensor classes = state[^1].BroadcastAt(0, query);
        Tensor pairs = Tensor.Concatenate(2, classes, queries.BroadcastAt(1, way)).Reshape(query.Size * way.Size, 2 * width);
        return Relation(model, shape).Apply(pairs, state.AsSpan(count..^1)).Reshape(query, way);
    }

    private Sequential Relation(Layer model, TaskShape shape)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(shape);
        return new Sequential(
            new Dense(2 * model.OutputShape(shape.Input).Count, options.Width, Activation.Relu, name: "hidden"), new Dense(options.Width, 1, name: "score"));
    }
}

using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// Prototypical networks (Snell, Swersky and Zemel 2017, equations 1 and 2): a class is the mean of its support embeddings, a query's logits
/// are its negative squared Euclidean distances to the classes. The model gives the embedding; the loss should be
/// <see cref="Loss.CrossEntropy"/>. Support examples may stand in any order; a class without one gives values that are not finite.
/// </summary>
/// <param name="options">Its options.</param>
public sealed class ProtoNet(ProtoNetOptions options) : Learner(options)
{
    /// <inheritdoc/>
    public override string Name => "protonet";

    /// <inheritdoc/>
    public override Computation TaskObjective(Layer model, Loss loss, TaskShape shape) => Trace(model, shape, TaskData(shape), (parameters, data) =>
    {
        if (model.SeesExamples)
        {
            Tensor[] state = Adapted(new Episode(model, loss, shape, data[0], data[1]), parameters, 0);
            (Tensor seen, Tensor right) = Batched.Judge(loss, Predicted(model, shape, state, data[2]), data[3]);
            return [seen, seen, right];
        }

        // One batch for both sets: half the launches of two.
        Tensor embeddings = TaskRows.Inputs(Batched.Support(model, parameters, Tensor.Concatenate(0, data[0], data[2])));
        Tensor prototypes = Prototypes(shape, data[1], embeddings.Slice(0, 0, shape.SupportCount));
        Tensor queries = embeddings.Slice(0, shape.SupportCount, shape.QueryCount);
        (Tensor queryLoss, Tensor metric) = Batched.Judge(loss, Logits(prototypes, queries), data[3]);
        return [queryLoss, queryLoss, metric];
    });

    /// <inheritdoc/>
    protected override Tensor[] Adapted(Episode episode, Tensor[] parameters, int steps)
    {
        ArgumentNullException.ThrowIfNull(episode);
        (Tensor outputs, Tensor[] state) = Batched.SupportState(episode.Model, parameters, episode.Inputs);
        return [.. state, Prototypes(episode.Shape, episode.Targets, TaskRows.Inputs(outputs))];
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Shape> StateShapes(Layer model, TaskShape shape)
    {
        int width = model.OutputShape(shape.Input).Count;
        return [.. base.StateShapes(model, shape), new Shape(new Axis(shape.Way, "class"), new Axis(width, "feature"))];
    }

    /// <inheritdoc/>
    protected override Tensor Predicted(Layer model, TaskShape shape, Tensor[] state, Tensor inputs) =>
        Logits(state[^1], TaskRows.Inputs(Batched.Query(model, state.AsSpan(..^1), inputs)));

    /// <summary>Class means [class, feature]: a one-hot product, right for any order of examples.</summary>
    private static Tensor Prototypes(TaskShape shape, Tensor targets, Tensor embeddings)
    {
        Tensor labels = targets.Reshape(1, shape.SupportCount);
        Tensor chosen = Tensor.EqualTo(labels.Iota(shape.Way).Reshape(new Axis(shape.Way, "class"), 1), labels);
        return chosen.MatMul(embeddings) / chosen.Sum(1).Reshape(shape.Way, 1);
    }

    /// <summary>
    /// -‖x - c‖²/temperature up to a term that all classes of a query share, which no softmax sees: (2x·c - ‖c‖²)/temperature, one product
    /// instead of a difference for every pair.
    /// </summary>
    private Tensor Logits(Tensor prototypes, Tensor embeddings) =>
        ((embeddings.MatMul(prototypes.SwapLast()) * 2.0) - prototypes.Square().Sum(1)) * (1 / options.Temperature);
}

using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// Matching networks (Vinyals, Blundell, Lillicrap, Kavukcuoglu and Wierstra 2016, equations 1 and 2; without their full-context embeddings): a query is
/// labelled by support examples, each weighing softmax(cosine similarity). The model embeds. With classes the outputs are logarithms of class probabilities,
/// for <see cref="Loss.CrossEntropy"/>; in regression they are the weighted mean of support targets.
/// </summary>
/// <param name="options">Its options.</param>
public sealed class MatchingNet(MatchingNetOptions options) : SetLearner(options)
{
    private const double Tiny = 1e-12; // beside a squared length: an embedding of 0 has similarity 0

    /// <inheritdoc/>
    public override string Name => "matching";

    /// <inheritdoc/>
    protected override Tensor[] Adapted(Episode episode, Tensor[] parameters, int steps)
    {
        ArgumentNullException.ThrowIfNull(episode);
        (Tensor outputs, Tensor[] state) = Batched.SupportState(episode.Model, parameters, episode.Inputs);
        return [.. state, Directions(outputs), TaskRows.Targets(episode.Shape, episode.Targets)];
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Shape> StateShapes(Layer model, TaskShape shape)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(shape);
        Axis examples = new(shape.SupportCount, "example");
        int width = model.OutputShape(shape.Input).Count;
        return [.. base.StateShapes(model, shape), new Shape(examples, new Axis(width, "feature")), new Shape(examples, new Axis(TaskRows.TargetWidth(shape), "class"))];
    }

    /// <inheritdoc/>
    protected override Tensor Predicted(Layer model, TaskShape shape, Tensor[] state, Tensor inputs)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(state);
        Tensor scores = Directions(Batched.Query(model, state.AsSpan(..^2), inputs)).MatMul(state[^2].SwapLast()) * (1 / options.Temperature);
        Axis queries = scores.Shape.Axes[0];
        Tensor weights = (scores - scores.MaxOver(1).StopGradient().Reshape(queries, 1)).Exp();
        Tensor sums = weights.MatMul(state[^1]);
        // With classes the common divisor is left to the loss, whose softmax has it.
        return shape.Way > 1 ? sums.Log() : sums / weights.Sum(1).Reshape(queries, 1);
    }

    /// <summary>Embeddings of length 1, [example, feature].</summary>
    private static Tensor Directions(Tensor embeddings)
    {
        Tensor rows = TaskRows.Inputs(embeddings);
        return rows * (rows.Square().Sum(1) + Tiny).Rsqrt().Reshape(rows.Shape.Axes[0], 1);
    }
}

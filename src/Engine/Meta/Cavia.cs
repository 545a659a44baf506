using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// CAVIA (Zintgraf, Shiarlis, Kurin, Hofmann and Whiteson 2019, "Fast context adaptation via meta-learning", equations 3 and 4): inner steps change a
/// context vector alone, which begins at 0 for every task and stands behind the model's input. The model takes [feature + context], an input of several
/// axes being laid out flat. What is stored for a person is the context.
/// </summary>
/// <param name="options">Its options.</param>
public sealed class Cavia(CaviaOptions options) : UnrolledLearner(options)
{
    /// <inheritdoc/>
    public override string Name => "cavia";

    /// <inheritdoc/>
    public override Learner Recomputed => options.Recompute ? this : new Cavia(options with { Recompute = true });

    /// <inheritdoc/>
    public override Computation TaskObjective(Layer model, Loss loss, TaskShape shape) => Trace(model, shape, TaskData(shape), (parameters, data) =>
    {
        Tensor context = Context(new Episode(model, loss, shape, data[0], data[1]), parameters, options.InnerSteps, options.FirstOrder);
        (Tensor queryLoss, Tensor metric) = Batched.Judge(loss, TaskRows.OutputsWith(model, parameters, data[2], context), data[3]);
        return [queryLoss, queryLoss, metric];
    });

    /// <inheritdoc/>
    protected override Tensor[] Adapted(Episode episode, Tensor[] parameters, int steps) => [.. parameters, Context(episode, parameters, steps, firstOrder: false)];

    /// <inheritdoc/>
    protected override IReadOnlyList<Shape> StateShapes(Layer model, TaskShape shape) => [.. base.StateShapes(model, shape), new Shape(new Axis(options.Context, "context"))];

    /// <inheritdoc/>
    protected override Tensor Predicted(Layer model, TaskShape shape, Tensor[] state, Tensor inputs) => TaskRows.OutputsWith(model, state.AsSpan(..^1), inputs, state[^1]);

    private Tensor Context(Episode episode, Tensor[] parameters, int steps, bool firstOrder)
    {
        Tensor start = episode.Inputs.Constant(0).BroadcastAt(0, new Axis(options.Context, "context"));
        return InnerSteps.Run([start], [], [episode.Inputs, episode.Targets, .. parameters], steps, Recomputes, (state, _, constants) =>
        {
            Tensor outputs = TaskRows.OutputsWith(episode.Model, constants.AsSpan(2), constants[0], state[0]);
            Tensor gradient = Grad.Of(Batched.Mean(episode.Loss.Value, outputs, constants[1]), state)[0];
            return ([state[0] - ((firstOrder ? gradient.StopGradient() : gradient) * options.InnerRate)], []);
        }).Carries[0];
    }
}

using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// Attention over the task as a sequence, after SNAIL (Mishra, Rohaninejad, Chen and Abbeel 2018, figure 2): support pairs, and behind them a query without its
/// target, pass causal convolutions of doubling dilation with gated activations and one causal attention; features at the query are what the model gets behind
/// its input: it takes [feature + representation]. One block of convolutions and one attention, where the paper has several. The order of the support set
/// matters; queries do not see one another.
/// </summary>
/// <remarks>Own parameters: <c>learner.code</c>, <c>learner.convolution.…</c>, <c>learner.attention.…</c>, <c>learner.result</c>, each a weight and a bias.</remarks>
/// <param name="options">Its options.</param>
public sealed class Snail(SnailOptions options) : SetLearner(options)
{
    private const int Parts = 2; // now, and a dilation before

    /// <inheritdoc/>
    public override string Name => "snail";

    /// <inheritdoc/>
    protected override IReadOnlyList<ParameterSpec> OwnParameters(Layer model, TaskShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        List<ParameterSpec> specs = [];
        void Add(string name, int inputs, int outputs) => specs.AddRange(
        [
            new ParameterSpec($"{name}.weight", new Shape(new Axis(inputs, "feature"), new Axis(outputs, "unit")), Initializer.GlorotUniform, inputs, outputs),
            new ParameterSpec($"{name}.bias", new Shape(new Axis(outputs, "unit")), Initializer.Zeros, inputs, outputs),
        ]);

        Add("code", shape.Input.Count + TaskRows.TargetWidth(shape) + 1, options.Width);
        int width = options.Width;
        for (int i = 0; i < Dilations(shape); i++)
        {
            Add($"convolution.{i}", Parts * width, Parts * options.Filters);
            width += options.Filters;
        }

        foreach (string name in (string[])["query", "key", "value"])
        {
            Add($"attention.{name}", width, options.Representation);
        }

        Add("result", width + options.Representation, options.Representation);
        return specs;
    }

    /// <inheritdoc/>
    protected override Tensor[] Adapted(Episode episode, Tensor[] parameters, int steps)
    {
        ArgumentNullException.ThrowIfNull(episode);
        Tensor rows = Tensor.Concatenate(1, TaskRows.Inputs(episode.Inputs), TaskRows.Targets(episode.Shape, episode.Targets));
        return [.. parameters, rows.Pad(1, 0, 1, 1)];
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Shape> StateShapes(Layer model, TaskShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Shape rows = new(new Axis(shape.SupportCount, "example"), new Axis(shape.Input.Count + TaskRows.TargetWidth(shape) + 1, "feature"));
        return [.. Learned(model, shape).Parameters.Select(parameter => parameter.Shape), rows];
    }

    /// <inheritdoc/>
    protected override Tensor Predicted(Layer model, TaskShape shape, Tensor[] state, Tensor inputs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(state);
        int count = model.Parameters.Count;
        Tensor rows = TaskRows.Inputs(inputs);
        Computation one = Computation.Trace([.. state[count..].Select(part => part.Shape), rows.Shape.Remove(0)], arguments =>
            Features(shape, arguments[..^2], arguments[^2], arguments[^1]));
        bool[] batched = new bool[one.Inputs.Count];
        batched[^1] = true;
        Tensor features = one.Vmap("example", rows.Shape[0], batched).Call([.. state[count..], rows])[0];
        return TaskRows.OutputsWith(model, state.AsSpan(..count), inputs, features);
    }

    /// <summary>Features of one query [feature] behind the support rows.</summary>
    private Tensor Features(TaskShape shape, Tensor[] own, Tensor support, Tensor query)
    {
        // The query's target is missing, and the flag that says so is 0.
        Tensor last = query.Pad(0, 0, support.Shape[1] - query.Shape[0]).Reshape(1, support.Shape.Axes[1]);
        Tensor rows = Dense(Tensor.Concatenate(0, support, last), own, 0).Tanh();
        int next = 1;
        for (int i = 0; i < Dilations(shape); i++)
        {
            int dilation = Math.Min(1 << i, rows.Shape[0]);
            Tensor before = rows.Slice(0, 0, rows.Shape[0] - dilation).Pad(0, dilation, 0);
            Tensor both = Dense(Tensor.Concatenate(1, rows, before), own, next++);
            rows = Tensor.Concatenate(1, rows, both.Slice(1, 0, options.Filters).Tanh() * both.Slice(1, options.Filters, options.Filters).Sigmoid());
        }

        // Only the last position is asked for, and it may see all: causality has no more to forbid.
        Tensor here = rows.Slice(0, rows.Shape[0] - 1, 1);
        Tensor scores = Dense(here, own, next).MatMul(Dense(rows, own, next + 1).SwapLast()) * (1 / Math.Sqrt(options.Representation));
        Tensor weights = (scores - scores.MaxOver(1).StopGradient().Reshape(1, 1)).Exp();
        Tensor seen = weights.MatMul(Dense(rows, own, next + 2)) / weights.Sum(1).Reshape(1, 1);
        return Dense(Tensor.Concatenate(1, here, seen), own, next + 3).Reshape(new Axis(options.Representation, "feature"));
    }

    private static Tensor Dense(Tensor rows, Tensor[] own, int number) => rows.MatMul(own[2 * number]) + own[(2 * number) + 1];

    /// <summary>Convolutions until the last position sees the first.</summary>
    private static int Dilations(TaskShape shape) => (int)Math.Ceiling(Math.Log2(shape.SupportCount + 1));
}

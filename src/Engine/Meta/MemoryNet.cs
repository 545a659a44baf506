using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// Memory-augmented network (Santoro, Bartunov, Botvinick, Wierstra and Lillicrap 2016, "Meta-learning with memory-augmented neural networks", section 3.2): support
/// pairs are written one after another into a memory, to the row read last or, by a learned gate, to the least used one (their equations 5 to 8); a query reads
/// the row whose key is like its own. Keys are made of inputs and values of pairs, where the paper's controller is one recurrent network. The model takes
/// [feature + representation], the representation being what was read. The order of the support set matters.
/// </summary>
/// <remarks>Own parameters: <c>learner.encoder.…</c> of values, <c>learner.key.…</c>, and the scalars <c>learner.gate</c> and <c>learner.sharpness</c>.</remarks>
/// <param name="options">Its options.</param>
public sealed class MemoryNet(MemoryNetOptions options) : SetLearner(options)
{
    private const double Tiny = 1e-12; // beside a squared length: an empty row has similarity 0
    private const double FirstSharpness = 5;
    private const float Order = 1e-3f; // of empty rows: the first is used first

    /// <inheritdoc/>
    public override string Name => "memory";

    /// <inheritdoc/>
    protected override IReadOnlyList<ParameterSpec> OwnParameters(Layer model, TaskShape shape) =>
    [
        .. Encoder(shape).Parameters,
        .. Keys(shape).Parameters,
        new ParameterSpec("sharpness", Shape.Scalar, Initializer.Constant(FirstSharpness)),
        new ParameterSpec("gate", Shape.Scalar, Initializer.Constant(-1)),
    ];

    /// <inheritdoc/>
    protected override Tensor[] Adapted(Episode episode, Tensor[] parameters, int steps)
    {
        ArgumentNullException.ThrowIfNull(episode);
        ArgumentNullException.ThrowIfNull(parameters);
        int model = episode.Model.Parameters.Count;
        (SetEncoder encoder, SetEncoder keys) = (Encoder(episode.Shape), Keys(episode.Shape));
        int keysAt = model + encoder.Parameters.Count;
        Tensor rows = keys.Inputs(parameters.AsSpan(keysAt..^2), episode.Inputs);
        Tensor values = encoder.Pairs(parameters.AsSpan(model..keysAt), episode.Inputs, episode.Targets);
        Tensor empty = rows.Constant(0).BroadcastTo(new Shape(options.Slots, options.Representation));
        Tensor usage = rows.Literal(new Shape(options.Slots), [.. Enumerable.Range(0, options.Slots).Select(slot => Order * slot)]);
        Tensor unread = rows.Constant(0).BroadcastTo(new Shape(options.Slots));
        (Tensor[] memory, _) = Scan.Run([empty, empty, usage, unread], [rows, values], [parameters[^2], parameters[^1].Sigmoid()], Write);
        return [.. parameters[..model], .. parameters[keysAt..^1], memory[0], memory[1]];
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Shape> StateShapes(Layer model, TaskShape shape)
    {
        Shape memory = new(new Axis(options.Slots, "slot"), new Axis(options.Representation, "feature"));
        return [.. base.StateShapes(model, shape), .. Keys(shape).Parameters.Select(parameter => parameter.Shape), Shape.Scalar, memory, memory];
    }

    /// <inheritdoc/>
    protected override Tensor Predicted(Layer model, TaskShape shape, Tensor[] state, Tensor inputs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(state);
        int count = model.Parameters.Count;
        Tensor queries = Keys(shape).Inputs(state.AsSpan(count..^3), inputs);
        return TaskRows.OutputsWith(model, state.AsSpan(..count), inputs, Read(queries, state[^2], state[^3]).MatMul(state[^1]));
    }

    private (Tensor[] Carries, Tensor[] Results) Write(Tensor[] carries, Tensor[] elements, Tensor[] constants)
    {
        (Tensor keys, Tensor values, Tensor usage, Tensor readBefore) = (carries[0], carries[1], carries[2], carries[3]);
        Tensor Column(Tensor weights) => weights.Reshape(options.Slots, 1);
        Tensor Row(Tensor value) => value.Reshape(1, options.Representation);

        Tensor read = Read(Row(elements[0]), keys, constants[0]).Reshape(options.Slots);
        Tensor least = Tensor.EqualTo(usage, -(-usage).MaxOver());
        Tensor write = (readBefore * constants[1]) + (least * (1.0 - constants[1]));
        Tensor kept = Column(1.0 - least);
        Tensor[] next =
        [
            (keys * kept) + (Column(write) * Row(elements[0])), (values * kept) + (Column(write) * Row(elements[1])),
            (usage * options.UsageDecay) + read + write, read,
        ];
        return (next, []);
    }

    /// <summary>Weights [query, slot]: softmax of cosine similarities.</summary>
    private static Tensor Read(Tensor queries, Tensor keys, Tensor sharpness)
    {
        Tensor Direction(Tensor rows) => rows * (rows.Square().Sum(1) + Tiny).Rsqrt().Reshape(rows.Shape.Axes[0], 1);
        Tensor scores = Direction(queries).MatMul(Direction(keys).SwapLast()) * sharpness;
        Tensor weights = (scores - scores.MaxOver(1).StopGradient().Reshape(scores.Shape.Axes[0], 1)).Exp();
        return weights / weights.Sum(1).Reshape(scores.Shape.Axes[0], 1);
    }

    private SetEncoder Encoder(TaskShape shape) => new(options, shape);

    private SetEncoder Keys(TaskShape shape) => SetEncoder.OfInputs(options, shape, "key");
}

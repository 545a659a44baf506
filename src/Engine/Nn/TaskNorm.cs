using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Normalisation over the examples of <b>one task</b>: each channel gets mean 0 and variance 1 over examples and positions, and then a scale and a shift. What batch normalisation
/// (Ioffe and Szegedy 2015) is in the few-shot literature, with the choice between its two readings named (Bronskill et al. 2020, "TaskNorm", section 3): statistics of the support set, which queries
/// are normalised by too, or of whatever batch is at hand. Running averages over tasks, which would mix people, do not exist here. From [channel, …] to the same shape.
/// </summary>
/// <remarks>
/// <para>Parameters: <c>scale</c> [channel], 1 at the beginning; <c>shift</c> [channel], 0.</para>
/// <para>Statistics mix the examples of one task only, so they suit a privacy plan whose unit is the task or the user, and none whose unit is the example: applied to one example alone, the layer
/// refuses. It stands directly in a <see cref="Sequential"/>, <see cref="Residual"/>, <see cref="Frozen"/> or <see cref="Tied"/>. A channel that is the same everywhere in the support set, as
/// a feature of a single support example is, becomes its shift.</para>
/// </remarks>
public sealed class TaskNorm : Layer
{
    private readonly int _channels;
    private readonly double _epsilon;
    private readonly bool _keeps;

    /// <summary>A normalisation over a task's examples.</summary>
    /// <param name="channels">Channels, at least 1.</param>
    /// <param name="statistics"><see cref="NormKind.PerTask"/> or <see cref="NormKind.Transductive"/>.</param>
    /// <param name="epsilon">Added to the variance, above 0.</param>
    /// <param name="name">Name; <c>taskNorm</c> unless given.</param>
    /// <exception cref="ArgumentException">A number is out of range, or the kind is one of a single example.</exception>
    public TaskNorm(int channels, NormKind statistics, double epsilon = 1e-5, string name = "taskNorm")
        : base(name)
    {
        if (statistics is not (NormKind.PerTask or NormKind.Transductive))
        {
            throw new ArgumentException(
                $"{name}: statistics must be {nameof(NormKind.PerTask)} or {nameof(NormKind.Transductive)}; got {statistics}. Take {nameof(GroupNorm)} or {nameof(LayerNorm)} to normalise each example for itself.",
                nameof(statistics));
        }

        if (channels < 1 || !(epsilon > 0 && double.IsFinite(epsilon)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{name}: channels must be at least 1, and epsilon finite and above 0; got {channels} channels, epsilon {epsilon}."));
        }

        (_channels, _epsilon, _keeps) = (channels, epsilon, statistics == NormKind.PerTask);
        Norms = [statistics];
        Shape perChannel = new(new Axis(channels, "channel"));
        Parameters = Normalization.Parameters(perChannel);
        Statistics = _keeps ? [perChannel, perChannel] : [];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<NormKind> Norms { get; }

    /// <summary>Mean and variance of each channel, for statistics that outlive their batch.</summary>
    internal override IReadOnlyList<Shape> Statistics { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Rank >= 1 && input[0] == _channels
            ? input
            : throw Refuse($"the input must be [channel {_channels}, …]; got {input}. Give {Name} as many channels as the layer before has.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => throw Refuse(
        "takes its statistics over the examples of a task, and was given one example alone. Use the model with a meta-learner and, for privacy, with tasks or users as unit; "
        + "where single examples are protected or no support set exists, take GroupNorm or LayerNorm.");

    /// <inheritdoc/>
    internal override Tensor ComputeRows(Tensor rows, Tensor[] parameters, TaskStatistics statistics)
    {
        // Channels last, as convolutions work inside: [example·position, channel].
        int rank = rows.Shape.Rank;
        Tensor last = rank == 2 ? rows : rows.Transpose([0, .. Enumerable.Range(2, rank - 2), 1]);
        Tensor values = last.Reshape(last.Shape.Count / _channels, _channels);
        (Tensor mean, Tensor variance) = statistics.Next(_keeps, () =>
        {
            Tensor own = values.Mean(0);
            return (own, (values - own).Square().Mean(0));
        });
        Tensor slope = (variance + _epsilon).Rsqrt() * parameters[0];
        Tensor normal = ((values * slope) + (parameters[1] - (mean * slope))).Reshape(last.Shape);
        return rank == 2 ? normal : normal.Transpose([0, rank - 1, .. Enumerable.Range(1, rank - 2)]);
    }
}

using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>A layer whose parameters training leaves as they are: no gradient, no share in the clip norm, no noise, no optimizer state.</summary>
public sealed class Frozen : Layer
{
    private readonly Layer _layer;

    /// <summary>A frozen layer.</summary>
    /// <param name="layer">What it computes.</param>
    /// <param name="name">Name; the layer's own unless given.</param>
    public Frozen(Layer layer, string? name = null)
        : base(name ?? (layer ?? throw new ArgumentNullException(nameof(layer))).Name)
    {
        _layer = layer;
        Parameters = [.. layer.Parameters.Select(parameter => parameter with { Trainable = false })];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override bool UsesRandomness => _layer.UsesRandomness;

    /// <inheritdoc/>
    public override IReadOnlyList<NormKind> Norms => _layer.Norms;

    /// <inheritdoc/>
    internal override IReadOnlyList<Shape> Statistics => _layer.Statistics;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => _layer.OutputShape(input);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => Compute(input, parameters, null);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters, Randomness? randomness) => _layer.Apply(input, randomness, parameters);

    /// <inheritdoc/>
    internal override Tensor ComputeRows(Tensor rows, Tensor[] parameters, TaskStatistics statistics) => _layer.ApplyRows(rows, parameters, statistics);
}

using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// A layer once more, with the <b>same</b> weights: they stand once in the model, and their gradient is the sum over both places. The norm that
/// is clipped is that of the sum.
/// </summary>
/// <param name="layer">The layer that stands elsewhere in the model, before or behind.</param>
/// <param name="name">Name; the layer's own, unless given.</param>
public sealed class Tied(Layer layer, string? name = null) : Layer(name ?? layer.Name)
{
    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters => layer.Parameters;

    /// <inheritdoc/>
    public override bool UsesRandomness => layer.UsesRandomness;

    /// <inheritdoc/>
    public override IReadOnlyList<NormKind> Norms => layer.Norms;

    /// <inheritdoc/>
    internal override IReadOnlyList<Shape> Statistics => layer.Statistics;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => layer.OutputShape(input);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => Compute(input, parameters, null);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters, Randomness? randomness) => layer.Apply(input, randomness, parameters);

    /// <inheritdoc/>
    internal override Tensor ComputeRows(Tensor rows, Tensor[] parameters, TaskStatistics statistics) => layer.ApplyRows(rows, parameters, statistics);
}

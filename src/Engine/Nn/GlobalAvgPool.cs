using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>The mean of each channel: from [channel, axis…] with any number of axes to [channel].</summary>
/// <param name="name">Name; <c>globalAvgPool</c> unless given.</param>
public sealed class GlobalAvgPool(string name = "globalAvgPool") : Layer(name)
{
    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters => [];

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Rank >= 2 && input.Count > 0
            ? new Shape(input.Axes[0])
            : throw Refuse($"the input must be [channel, …] with at least one more axis; got {input}. Put the layer behind a convolution.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => input.Mean([.. Enumerable.Range(1, input.Shape.Rank - 1)]);
}

using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Bench.Step;

/// <summary>[channel, height, width] to [channel].</summary>
internal sealed class MeanOverPositions() : Layer("mean")
{
    public override IReadOnlyList<ParameterSpec> Parameters => [];

    public override Shape OutputShape(Shape input) => new(input.Axes[0]);

    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => input.Mean(1, 2);
}

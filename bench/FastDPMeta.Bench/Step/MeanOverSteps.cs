using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Bench.Step;

/// <summary>[step, feature] to [feature].</summary>
internal sealed class MeanOverSteps() : Layer("mean")
{
    public override IReadOnlyList<ParameterSpec> Parameters => [];

    public override Shape OutputShape(Shape input) => new(input.Axes[1]);

    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => input.Mean(0);
}

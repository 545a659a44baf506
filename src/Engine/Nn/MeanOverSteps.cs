using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>The mean of all rows: from [step, feature] to [feature].</summary>
/// <param name="name">Name; <c>meanOverSteps</c> unless given.</param>
public sealed class MeanOverSteps(string name = "meanOverSteps") : StepLayer(name)
{
    private protected override Shape Result(Shape input) => input.Remove(0);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => input.Mean(0);
}

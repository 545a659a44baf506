using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>The largest of each feature over all rows: from [step, feature] to [feature]. Ties share the derivative.</summary>
/// <param name="name">Name; <c>maxOverSteps</c> unless given.</param>
public sealed class MaxOverSteps(string name = "maxOverSteps") : StepLayer(name)
{
    private protected override Shape Result(Shape input) => input.Remove(0);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => input.MaxOver(0);
}

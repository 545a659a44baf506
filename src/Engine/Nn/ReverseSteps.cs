using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>The rows in the opposite order: [step, feature], the last step first.</summary>
/// <param name="name">Name; <c>reverseSteps</c> unless given.</param>
public sealed class ReverseSteps(string name = "reverseSteps") : StepLayer(name)
{
    private protected override Shape Result(Shape input) => input;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => input.Flip(0);
}

using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// The last row: from [step, feature] to [feature]. Behind a recurrence that begins with the last step, that row has seen one step only;
/// take <see cref="MeanOverSteps"/> there, or reverse the steps.
/// </summary>
/// <param name="name">Name; <c>lastStep</c> unless given.</param>
public sealed class LastStep(string name = "lastStep") : StepLayer(name)
{
    private protected override Shape Result(Shape input) => input.Remove(0);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) =>
        input.Slice(0, input.Shape[0] - 1, 1).Reshape(input.Shape.Remove(0));
}

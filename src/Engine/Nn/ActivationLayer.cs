using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>An activation as a layer of its own, as after a normalisation.</summary>
/// <param name="activation">What is applied to every element.</param>
/// <param name="name">Name; the activation's own unless given.</param>
public sealed class ActivationLayer(Activation activation, string? name = null) : Layer(name ?? activation.Name)
{
    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters => [];

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => activation.Apply(input);
}

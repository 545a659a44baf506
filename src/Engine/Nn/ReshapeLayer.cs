using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>The same elements of an example, in row-major order, under other axes: 784 numbers as [1, 28, 28].</summary>
/// <param name="target">Shape of the result.</param>
/// <param name="name">Name; <c>reshape</c> unless given.</param>
public sealed class ReshapeLayer(Shape target, string name = "reshape") : Layer(name)
{
    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters => [];

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Count == target.Count
            ? target
            : throw Refuse($"{input} has {input.Count} elements, {target} has {target.Count}. Give axes whose product is {input.Count}.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => input.Reshape(target);
}

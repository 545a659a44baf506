using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>All elements of an example as one vector [feature], in row-major order.</summary>
/// <param name="name">Name; <c>flatten</c> unless given.</param>
public sealed class Flatten(string name = "flatten") : Layer(name)
{
    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters => [];

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new Shape(new Axis(input.Count, "feature"));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => input.Reshape(OutputShape(input.Shape));
}

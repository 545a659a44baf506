using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>The logarithm of <see cref="Softmax"/> along the last axis, from […, class] to the same shape; without overflow.</summary>
/// <param name="name">Name; <c>logSoftmax</c> unless given.</param>
public sealed class LogSoftmax(string name = "logSoftmax") : Layer(name)
{
    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters => [];

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Rank >= 1 && input.Count > 0 ? input : throw Refuse($"the input must be […, class]; got {input}. Reshape it first.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => Softmax.LogOf(input);
}

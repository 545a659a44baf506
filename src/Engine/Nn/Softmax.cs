using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>eˣ over the sum of eˣ along the last axis, from […, class] to the same shape; without overflow.</summary>
/// <param name="name">Name; <c>softmax</c> unless given.</param>
public sealed class Softmax(string name = "softmax") : Layer(name)
{
    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters => [];

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Rank >= 1 && input.Count > 0 ? input : throw Refuse($"the input must be […, class]; got {input}. Reshape it first.");
    }

    /// <summary>The function itself.</summary>
    internal static Tensor Of(Tensor x)
    {
        Tensor powers = Shifted(x).Exp();
        return powers / Along(powers.Sum(-1), x);
    }

    /// <summary>Its logarithm.</summary>
    internal static Tensor LogOf(Tensor x)
    {
        Tensor shifted = Shifted(x);
        return shifted - Along(shifted.Exp().Sum(-1).Log(), x);
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => Of(input);

    /// <summary>x less its maximum, which is constant for derivatives because results do not depend on it.</summary>
    private static Tensor Shifted(Tensor x) => x - Along(x.MaxOver(-1).StopGradient(), x);

    private static Tensor Along(Tensor perRow, Tensor x) => perRow.BroadcastAt(x.Shape.Rank - 1, x.Shape.Axes[^1]);
}

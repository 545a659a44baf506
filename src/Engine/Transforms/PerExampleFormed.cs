using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Transforms;

/// <summary>Gradients that stand in memory, [unit, parameter…]: always right, and cheapest for small parameters and long contractions.</summary>
internal sealed class PerExampleFormed(Tensor gradient) : PerExampleGradient
{
    /// <inheritdoc/>
    public override Tensor SquaredNorm(PerExampleRounding rounding)
    {
        if (PerExampleNumber.IsZero(gradient))
        {
            return gradient.Constant(0).BroadcastTo(new Shape(gradient.Shape.Axes[0]));
        }

        (Tensor sum, int depth) = PerExampleRounding.SumOfSquares(gradient, kept: 1);
        int count = gradient.Shape.Count / Math.Max(1, gradient.Shape[0]);
        return (sum * (1 + rounding.Gamma(depth + 2))) + (count * rounding.Smallest);
    }

    /// <summary>[unit, parameter…]: what each unit adds to the sum.</summary>
    public Tensor Contributions(PerExampleWeights weights) => weights.Scale(gradient);

    /// <inheritdoc/>
    public override Tensor Sum(PerExampleWeights weights) => PerExampleNumber.IsZero(gradient)
        ? gradient.Constant(0).BroadcastTo(gradient.Shape.Remove(0))
        : weights.Scale(gradient).Sum(0);
}

using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Transforms;

/// <summary>How long one unit's gradient of one group of parameters may be.</summary>
/// <param name="Norm">The clip norm C, a scalar.</param>
/// <param name="Stabilizer">γ of a normalised clip; null where short gradients stay as they are.</param>
internal sealed record PerExampleBound(Tensor Norm, double? Stabilizer)
{
    /// <summary>[unit]: what the gradients are multiplied by; the product is at most C long when <paramref name="norms"/> are not too small.</summary>
    public Tensor Factor(Tensor norms) => Stabilizer is { } stabilizer
        ? Norm / (norms + stabilizer)
        : Tensor.Select(norms > Norm, Norm / norms, norms.Fill(1));

    /// <summary>[unit]: 1 where a gradient is shortened, else 0.</summary>
    public Tensor Exceeded(Tensor norms) => Stabilizer is { } stabilizer ? norms + stabilizer > Norm : norms > Norm;
}

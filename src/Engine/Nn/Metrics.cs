using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>What a person reads off one example's result; scalars, not meant to be differentiated.</summary>
public static class Metrics
{
    /// <summary>
    /// 1 where the largest logit is the label's, else 0. Among equal largest logits the first counts, so equal logits are right for label 0
    /// only; logits that are not finite are always wrong.
    /// </summary>
    /// <param name="logits">[class].</param>
    /// <param name="label">Scalar whole number.</param>
    public static Tensor Accuracy(Tensor logits, Tensor label)
    {
        Tensor chosen = Losses.OneHot(nameof(Accuracy), logits, label);
        Tensor own = (chosen * logits).Sum(); // NaN as soon as any logit is infinite or NaN
        Tensor earlier = logits.Iota(logits.Shape[0]) < label.Reshape(Shape.Scalar);
        Tensor better = (own < logits) + (earlier * Tensor.EqualTo(logits, own));
        return (better.Sum() < 0.5) * (own < float.MaxValue) * chosen.Sum();
    }

    /// <summary>Share of outputs on the same side of 0 as the target is of ½.</summary>
    /// <param name="logits">Any shape.</param>
    /// <param name="target">0 or 1, as many numbers.</param>
    public static Tensor BinaryAccuracy(Tensor logits, Tensor target) =>
        Tensor.EqualTo(logits > 0, Losses.Like(nameof(BinaryAccuracy), logits, target) > 0.5).Mean();

    /// <summary>Mean over outputs of (output - target)².</summary>
    /// <param name="output">Any shape.</param>
    /// <param name="target">As many numbers.</param>
    public static Tensor SquaredError(Tensor output, Tensor target) => Losses.MeanSquaredError(output, target);
}

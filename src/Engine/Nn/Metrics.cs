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

    /// <summary>
    /// Share of the positions that count whose largest logit is the label's; ties and logits that are not finite as in <see cref="Accuracy"/>. 0 where no
    /// position counts.
    /// </summary>
    /// <param name="logits">[position, class].</param>
    /// <param name="labels">[position], whole numbers.</param>
    /// <param name="ignoredIndex">A label whose positions do not count.</param>
    public static Tensor SequenceAccuracy(Tensor logits, Tensor labels, int? ignoredIndex = null)
    {
        Losses.RequireLabels(nameof(SequenceAccuracy), logits, labels);
        int classes = logits.Shape[1];
        Tensor each = labels.Reshape(logits.Shape.Axes[0]);
        Tensor counted = CrossEntropy.Counted(each, ignoredIndex);
        Tensor chosen = CrossEntropy.OneHot(each, classes);
        Tensor own = (chosen * logits).Sum(-1); // NaN as soon as any logit is infinite or NaN
        Tensor ownOfEach = own.BroadcastAt(1, classes);
        Tensor earlier = logits.Iota(classes).BroadcastTo(logits.Shape) < each.BroadcastAt(1, classes);
        Tensor better = (ownOfEach < logits) + (earlier * Tensor.EqualTo(logits, ownOfEach));
        Tensor right = (better.Sum(-1) < 0.5) * (own < float.MaxValue) * chosen.Sum(-1);
        return (right * counted).Sum() / Tensor.Max(counted.Sum(), logits.Constant(1));
    }

    /// <summary>Share of outputs on the same side of 0 as the target is of ½.</summary>
    /// <param name="logits">Any shape.</param>
    /// <param name="target">0 or 1, as many numbers.</param>
    public static Tensor BinaryAccuracy(Tensor logits, Tensor target) =>
        Tensor.EqualTo(logits > 0, Losses.Like(nameof(BinaryAccuracy), logits, target) > 0.5).Mean();

    /// <summary>Of the outputs that were measured, the share on the same side of 0 as the target is of ½; 0 without a measured output.</summary>
    /// <param name="logits">Any shape.</param>
    /// <param name="target">0 or 1, or any number below 0 where nothing was measured; as many numbers.</param>
    public static Tensor MaskedBinaryAccuracy(Tensor logits, Tensor target)
    {
        Tensor labels = Losses.Like(nameof(MaskedBinaryAccuracy), logits, target);
        Tensor measured = Losses.Measured(labels);
        return (Tensor.EqualTo(logits > 0, labels > 0.5) * measured).Sum() / Tensor.Max(measured.Sum(), logits.Constant(1));
    }

    /// <summary>Mean over outputs of (output - target)².</summary>
    /// <param name="output">Any shape.</param>
    /// <param name="target">As many numbers.</param>
    public static Tensor SquaredError(Tensor output, Tensor target) => Losses.MeanSquaredError(output, target);
}

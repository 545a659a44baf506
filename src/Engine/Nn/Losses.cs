using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>Loss functions of <b>one</b> example, differentiable to every order. Results are scalars.</summary>
public static class Losses
{
    /// <summary>
    /// -log softmax(logits)[label], from logits shifted by their maximum so that nothing overflows.
    /// </summary>
    /// <param name="logits">[class].</param>
    /// <param name="label">Scalar: a whole number from 0 to classes - 1. Any other number gives a value that is not finite, never a wrong one.</param>
    /// <exception cref="ShapeException">The logits are not a vector or the label is not one number.</exception>
    public static Tensor CrossEntropy(Tensor logits, Tensor label)
    {
        Tensor chosen = OneHot(nameof(CrossEntropy), logits, label);
        Tensor shifted = logits - logits.MaxOver().StopGradient();
        Tensor loss = shifted.Exp().Sum().Log() - (chosen * shifted).Sum();
        return loss / chosen.Sum();
    }

    /// <summary>-y·log σ(z) - (1 - y)·log(1 - σ(z)) as softplus(z) - y·z, averaged over outputs; without overflow.</summary>
    /// <param name="logits">z, any shape.</param>
    /// <param name="target">y in [0, 1], as many numbers.</param>
    public static Tensor BinaryCrossEntropy(Tensor logits, Tensor target) =>
        (Activation.Softplused(logits) - (Like(nameof(BinaryCrossEntropy), logits, target) * logits)).Mean();

    /// <summary>Mean over outputs of (output - target)².</summary>
    /// <param name="output">Any shape.</param>
    /// <param name="target">As many numbers.</param>
    public static Tensor MeanSquaredError(Tensor output, Tensor target) => (output - Like(nameof(MeanSquaredError), output, target)).Square().Mean();

    /// <summary>1 at the label, else 0: [class].</summary>
    internal static Tensor OneHot(string caller, Tensor logits, Tensor label)
    {
        if (logits.Shape.Rank != 1 || label.Shape.Count != 1)
        {
            throw new ShapeException(
                $"{caller}: takes logits [class] and one label; got {logits.Shape} and {label.Shape}. Put a Flatten layer behind the model.{SourceLocation.Capture()}");
        }

        return Tensor.EqualTo(logits.Iota(logits.Shape[0]), label.Reshape(Shape.Scalar));
    }

    /// <summary>The target under the output's axes.</summary>
    internal static Tensor Like(string caller, Tensor output, Tensor target) => output.Shape.Count == target.Shape.Count
        ? target.Reshape(output.Shape)
        : throw new ShapeException($"{caller}: output {output.Shape} and target {target.Shape} must have as many elements.{SourceLocation.Capture()}");
}

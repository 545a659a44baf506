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

    /// <summary>
    /// Softmax cross-entropy with smoothed labels, a label that is left out, or weights of classes: Σ_c w_c·t_c·(-log softmax(logits)_c), t being the
    /// smoothed label. An ignored label gives 0 and a derivative of 0.
    /// </summary>
    /// <param name="logits">[class].</param>
    /// <param name="label">Scalar: a whole number from 0 to classes - 1, or the ignored one. Any other number gives a value that is not finite.</param>
    /// <param name="options">Variants.</param>
    /// <exception cref="ShapeException">The logits are not a vector, the label is not one number, or the number of weights is not that of classes.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static Tensor CrossEntropy(Tensor logits, Tensor label, CrossEntropyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        RequireOneLabel(nameof(CrossEntropy), logits, label);
        return Nn.CrossEntropy.Mean(nameof(CrossEntropy), logits.Reshape(1, logits.Shape.Axes[0]), label.Reshape(1), options);
    }

    /// <summary>
    /// Softmax cross-entropy at every position of a sequence, averaged over the positions that count: Σ_p loss_p/#counted. An example whose
    /// positions are all ignored gives 0 and a derivative of 0.
    /// </summary>
    /// <param name="logits">[position, class].</param>
    /// <param name="labels">[position]: whole numbers from 0 to classes - 1, or the ignored one. Any other number gives a value that is not finite.</param>
    /// <param name="options">Variants; none unless given.</param>
    /// <exception cref="ShapeException">The logits are not [position, class], there are not as many labels as positions, or weights as classes.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static Tensor SequenceCrossEntropy(Tensor logits, Tensor labels, CrossEntropyOptions? options = null)
    {
        RequireLabels(nameof(SequenceCrossEntropy), logits, labels);
        return Nn.CrossEntropy.Mean(nameof(SequenceCrossEntropy), logits, labels.Reshape(logits.Shape.Axes[0]), options ?? new CrossEntropyOptions());
    }

    /// <summary>-y·log σ(z) - (1 - y)·log(1 - σ(z)) as softplus(z) - y·z, averaged over outputs; without overflow.</summary>
    /// <param name="logits">z, any shape.</param>
    /// <param name="target">y in [0, 1], as many numbers.</param>
    public static Tensor BinaryCrossEntropy(Tensor logits, Tensor target) =>
        (Activation.Softplused(logits) - (Like(nameof(BinaryCrossEntropy), logits, target) * logits)).Mean();

    /// <summary>
    /// <see cref="BinaryCrossEntropy"/> over the outputs that were measured alone: Σ_measured loss / #measured. Without a measured output the loss and its
    /// derivative are 0.
    /// </summary>
    /// <param name="logits">z, any shape.</param>
    /// <param name="target">y in [0, 1], or any number below 0 where nothing was measured; as many numbers.</param>
    public static Tensor MaskedBinaryCrossEntropy(Tensor logits, Tensor target)
    {
        Tensor labels = Like(nameof(MaskedBinaryCrossEntropy), logits, target);
        Tensor measured = Measured(labels);
        return ((Activation.Softplused(logits) - (labels * logits)) * measured).Sum() / Tensor.Max(measured.Sum(), logits.Constant(1));
    }

    /// <summary>Mean over outputs of (output - target)².</summary>
    /// <param name="output">Any shape.</param>
    /// <param name="target">As many numbers.</param>
    public static Tensor MeanSquaredError(Tensor output, Tensor target) => (output - Like(nameof(MeanSquaredError), output, target)).Square().Mean();

    /// <summary>Mean over outputs of |output - target|; derivative 0 where they are equal.</summary>
    /// <param name="output">Any shape.</param>
    /// <param name="target">As many numbers.</param>
    public static Tensor MeanAbsoluteError(Tensor output, Tensor target) => Magnitude(output - Like(nameof(MeanAbsoluteError), output, target)).Mean();

    /// <summary>Mean over outputs of ½r² where |r| ≤ delta, else delta·(|r| - ½delta), r = output - target (Huber 1964, section 3).</summary>
    /// <param name="output">Any shape.</param>
    /// <param name="target">As many numbers.</param>
    /// <param name="delta">Where the parabola becomes a line, finite and above 0.</param>
    public static Tensor Huber(Tensor output, Tensor target, double delta = 1)
    {
        if (!(delta > 0 && double.IsFinite(delta)))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "Huber: delta must be finite and above 0.");
        }

        Tensor rest = output - Like(nameof(Huber), output, target);
        Tensor magnitude = Magnitude(rest);
        return Tensor.Select(magnitude < delta, 0.5 * rest * rest, delta * (magnitude - (0.5 * delta))).Mean();
    }

    /// <summary>Huber's loss divided by beta, so that the line's slope is 1: ½r²/beta where |r| ≤ beta, else |r| - ½beta (Girshick 2015, equation 3).</summary>
    /// <param name="output">Any shape.</param>
    /// <param name="target">As many numbers.</param>
    /// <param name="beta">Where the parabola becomes a line, finite and above 0.</param>
    public static Tensor SmoothL1(Tensor output, Tensor target, double beta = 1) => Huber(output, target, beta) * (1 / beta);

    /// <summary>1 where a target is at least 0, else 0.</summary>
    internal static Tensor Measured(Tensor labels) => 1 - (labels < 0);

    /// <summary>1 at the label, else 0: [class].</summary>
    internal static Tensor OneHot(string caller, Tensor logits, Tensor label)
    {
        RequireOneLabel(caller, logits, label);
        return Tensor.EqualTo(logits.Iota(logits.Shape[0]), label.Reshape(Shape.Scalar));
    }

    /// <summary>Throws unless there are as many labels as positions.</summary>
    internal static void RequireLabels(string caller, Tensor logits, Tensor labels)
    {
        if (logits.Shape.Rank != 2 || labels.Shape.Count != logits.Shape[0] || logits.Shape.Count == 0)
        {
            throw new ShapeException(
                $"{caller}: takes logits [position, class] and a label for each position; got {logits.Shape} and {labels.Shape}. "
                + $"Give one label a position.{SourceLocation.Capture()}");
        }
    }

    private static void RequireOneLabel(string caller, Tensor logits, Tensor label)
    {
        if (logits.Shape.Rank != 1 || label.Shape.Count != 1)
        {
            throw new ShapeException(
                $"{caller}: takes logits [class] and one label; got {logits.Shape} and {label.Shape}. Put a Flatten layer behind the model.{SourceLocation.Capture()}");
        }
    }

    /// <summary>|x|, with derivative 0 at 0.</summary>
    private static Tensor Magnitude(Tensor x) => Tensor.Max(x, -x);

    /// <summary>The target under the output's axes.</summary>
    internal static Tensor Like(string caller, Tensor output, Tensor target) => output.Shape.Count == target.Shape.Count
        ? target.Reshape(output.Shape)
        : throw new ShapeException($"{caller}: output {output.Shape} and target {target.Shape} must have as many elements.{SourceLocation.Capture()}");
}

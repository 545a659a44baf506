using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>Cross-entropy at every position of one example: what the losses for one label and for a sequence share.</summary>
internal static class CrossEntropy
{
    /// <summary>Mean over the positions that count; 0, with derivative 0, where none does.</summary>
    /// <param name="caller">Name in messages.</param>
    /// <param name="logits">[position, class].</param>
    /// <param name="labels">[position], whole numbers.</param>
    /// <param name="options">Variants.</param>
    public static Tensor Mean(string caller, Tensor logits, Tensor labels, CrossEntropyOptions options)
    {
        int classes = logits.Shape[1];
        Check(caller, classes, options);
        Tensor counted = Counted(labels, options.IgnoredIndex);

        // An ignored position's logits never meet its label: neither an overflow there nor a label outside the classes reaches the derivative.
        Tensor taken = Columns(counted, classes);
        Tensor shown = options.IgnoredIndex is null ? logits : Tensor.Select(taken, logits, logits.Fill(0));
        Tensor minusLog = -Softmax.LogOf(shown);
        Tensor chosen = OneHot(labels, classes);
        Tensor target = options.LabelSmoothing == 0 ? chosen : (chosen * (1 - options.LabelSmoothing)) + (options.LabelSmoothing / classes);
        if (options.ClassWeights is { } weights)
        {
            target *= logits.Literal(new Shape(classes), [.. weights]);
        }

        // A label that is no class has no 1, one that is no number has only 1s: the division makes both infinite.
        Tensor valid = Tensor.EqualTo(chosen.Sum(-1), logits.Constant(1));
        Tensor loss = (target * minusLog).Sum(-1) / Tensor.Select(counted, valid, valid.Fill(1));
        return Tensor.Select(counted, loss, loss.Fill(0)).Sum() / Tensor.Max(counted.Sum(), logits.Constant(1));
    }

    /// <summary>1 for each position whose label counts, else 0; a label that is no number counts.</summary>
    public static Tensor Counted(Tensor labels, int? ignoredIndex) => ignoredIndex is { } ignored
        ? 1.0 - (Tensor.EqualTo(labels, labels.Fill(ignored)) * (labels < float.MaxValue))
        : labels.Fill(1);

    /// <summary>[position, class]: 1 at each position's label, else 0.</summary>
    public static Tensor OneHot(Tensor labels, int classes) =>
        Tensor.EqualTo(labels.Iota(classes).BroadcastAt(0, labels.Shape.Axes[0]), Columns(labels, classes));

    private static Tensor Columns(Tensor perPosition, int classes) => perPosition.BroadcastAt(1, new Axis(classes, "class"));

    private static void Check(string caller, int classes, CrossEntropyOptions options)
    {
        if (!(options.LabelSmoothing is >= 0 and < 1) || options.ClassWeights?.Any(weight => !(weight >= 0 && float.IsFinite(weight))) == true)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{caller}: label smoothing must lie in [0, 1) and class weights be finite and at least 0; got smoothing {options.LabelSmoothing} and weights ")
                + $"{(options.ClassWeights is { } given ? string.Join(", ", given) : "none")}.");
        }

        if (options.ClassWeights is { } weights && weights.Count != classes)
        {
            throw new ShapeException(
                $"{caller}: the logits have {classes} classes, {weights.Count} class weights are given. Give one weight for each class.{SourceLocation.Capture()}");
        }
    }
}

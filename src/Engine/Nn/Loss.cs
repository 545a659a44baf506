using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>A loss of one example together with the metric that people read beside it.</summary>
/// <param name="Name">Name in reports.</param>
/// <param name="Value">From the model's output and the target to a scalar to be made small.</param>
/// <param name="MetricName">Name of the metric.</param>
/// <param name="Metric">From the model's output and the target to a scalar.</param>
public sealed record Loss(string Name, Func<Tensor, Tensor, Tensor> Value, string MetricName, Func<Tensor, Tensor, Tensor> Metric)
{
    /// <summary>Softmax cross-entropy over [class] with a whole-number label; the metric is accuracy.</summary>
    public static Loss CrossEntropy { get; } = new("cross-entropy", Losses.CrossEntropy, "accuracy", Metrics.Accuracy);

    /// <summary>Binary cross-entropy on logits; the metric is accuracy.</summary>
    public static Loss BinaryCrossEntropy { get; } = new("binary cross-entropy", Losses.BinaryCrossEntropy, "accuracy", Metrics.BinaryAccuracy);

    /// <summary>Binary cross-entropy over the outputs that were measured, targets below 0 marking the others; the metric is accuracy.</summary>
    public static Loss MaskedBinaryCrossEntropy { get; } =
        new("masked binary cross-entropy", Losses.MaskedBinaryCrossEntropy, "accuracy", Metrics.MaskedBinaryAccuracy);

    /// <summary>Mean squared error, which is also the metric.</summary>
    public static Loss MeanSquaredError { get; } = new("mean squared error", Losses.MeanSquaredError, "mean squared error", Metrics.SquaredError);

    /// <summary>Mean absolute error, which is also the metric.</summary>
    public static Loss MeanAbsoluteError { get; } = new("mean absolute error", Losses.MeanAbsoluteError, "mean absolute error", Losses.MeanAbsoluteError);

    /// <summary>Softmax cross-entropy of one label with smoothing, an ignored label or class weights; the metric is accuracy (0 for an ignored label).</summary>
    /// <param name="options">Variants.</param>
    public static Loss CrossEntropyWith(CrossEntropyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new("cross-entropy", (logits, label) => Losses.CrossEntropy(logits, label, options), "accuracy", Metrics.Accuracy);
    }

    /// <summary>Softmax cross-entropy at every position of a sequence; the metric is the accuracy over positions that count.</summary>
    /// <param name="options">Variants; none unless given.</param>
    public static Loss SequenceCrossEntropy(CrossEntropyOptions? options = null) => new(
        "sequence cross-entropy", (logits, labels) => Losses.SequenceCrossEntropy(logits, labels, options),
        "accuracy", (logits, labels) => Metrics.SequenceAccuracy(logits, labels, options?.IgnoredIndex));

    /// <summary>Huber's loss; the metric is the mean absolute error.</summary>
    /// <param name="delta">Where the parabola becomes a line, above 0.</param>
    public static Loss Huber(double delta = 1) =>
        new("Huber", (output, target) => Losses.Huber(output, target, delta), "mean absolute error", Losses.MeanAbsoluteError);

    /// <summary>Huber's loss with slope 1; the metric is the mean absolute error.</summary>
    /// <param name="beta">Where the parabola becomes a line, above 0.</param>
    public static Loss SmoothL1(double beta = 1) =>
        new("smooth L1", (output, target) => Losses.SmoothL1(output, target, beta), "mean absolute error", Losses.MeanAbsoluteError);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

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

    /// <summary>Mean squared error, which is also the metric.</summary>
    public static Loss MeanSquaredError { get; } = new("mean squared error", Losses.MeanSquaredError, "mean squared error", Metrics.SquaredError);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

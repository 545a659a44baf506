using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>Query loss and metric of each task judged.</summary>
/// <param name="Losses">Mean query loss per task.</param>
/// <param name="Metrics">Mean metric per task: accuracy from 0 to 1, or squared error.</param>
public sealed record TaskScores(IReadOnlyList<float> Losses, IReadOnlyList<float> Metrics)
{
    /// <summary>97.5th percentile of the standard normal law: half the width of a 95 % interval in standard errors.</summary>
    private const double NormalQuantile975 = 1.959963984540054;

    /// <summary>What the model's features were normalised over; empty where nothing was.</summary>
    public IReadOnlyList<NormKind> Norms { get; init; } = [];

    /// <summary>
    /// Whether queries were predicted from one another: scores of a kind that stands apart, and is not what somebody with a single query gets.
    /// </summary>
    public bool IsTransductive => Norms.Contains(NormKind.Transductive);

    /// <summary>Mean loss over tasks.</summary>
    public double MeanLoss => Losses.Average(value => (double)value);

    /// <summary>Mean metric over tasks.</summary>
    public double MeanMetric => Metrics.Average(value => (double)value);

    /// <summary>Half the width of the 95 % confidence interval of <see cref="MeanMetric"/>, by the normal approximation over tasks; 0 for one task.</summary>
    public double Interval95
    {
        get
        {
            if (Metrics.Count < 2)
            {
                return 0;
            }

            double mean = MeanMetric;
            double variance = Metrics.Sum(value => (value - mean) * (value - mean)) / (Metrics.Count - 1);
            return NormalQuantile975 * Math.Sqrt(variance / Metrics.Count);
        }
    }
}

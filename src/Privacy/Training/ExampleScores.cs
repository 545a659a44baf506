namespace FastDPMeta.Privacy.Training;

/// <summary>How a model does on held-out examples.</summary>
/// <param name="Count">Examples.</param>
/// <param name="Loss">Mean loss.</param>
/// <param name="Metric">Mean metric: the share that is classified rightly, where the loss is cross-entropy.</param>
public readonly record struct ExampleScores(int Count, double Loss, double Metric)
{
    /// <summary>Half width of the 95 % interval of a metric that is a share, by the normal approximation.</summary>
    public double Interval95 => 1.959964 * Math.Sqrt(Math.Max(0, Metric * (1 - Metric)) / Count);
}

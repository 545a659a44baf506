namespace FastDPMeta.Cli.Recommendation;

/// <summary>One number of each draw of supports.</summary>
/// <param name="Name">As in JSON.</param>
/// <param name="Draws">One for each draw.</param>
internal sealed record RecommendMetric(string Name, IReadOnlyList<double> Draws)
{
    /// <summary>Mean over draws.</summary>
    internal double Mean => Draws.Average();

    /// <summary>Standard deviation over draws; 0 for one.</summary>
    internal double Deviation => Draws.Count < 2 ? 0 : Math.Sqrt(Draws.Sum(value => (value - Mean) * (value - Mean)) / (Draws.Count - 1));

    /// <summary>The same of the ratio to another of the same draws, less 1.</summary>
    internal RecommendMetric Against(RecommendMetric other) => new(Name, [.. Draws.Zip(other.Draws, (own, others) => (own / others) - 1)]);
}

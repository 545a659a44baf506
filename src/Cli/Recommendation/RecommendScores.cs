using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Recommendation;

/// <summary>How well a number of known ratings or likings was used.</summary>
/// <param name="Metrics">The one that the table shows first.</param>
internal sealed record RecommendScores(IReadOnlyList<RecommendMetric> Metrics)
{
    internal RecommendMetric Main => Metrics[0];

    internal static RecommendScores Of(RatingScores scores) =>
        new([new("rmse", scores.RootMeanSquares), new("mae", scores.MeanAbsolutes), new("personMae", scores.PersonMeanAbsolutes)]);

    internal static RecommendScores Of(ChoiceScores scores) => new([new("hitRate", scores.HitRates), new("ndcg", scores.Gains)]);
}

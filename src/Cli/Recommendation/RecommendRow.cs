namespace FastDPMeta.Cli.Recommendation;

/// <summary>One row of the table: a way to predict, scored for every number of known ratings.</summary>
/// <param name="Name">As <c>head over public features, ε = 8</c>.</param>
/// <param name="Parameters">Numbers that were learned by gradients; 0 for counted ones.</param>
/// <param name="Epsilon">ε spent, rounded up; null without privacy.</param>
/// <param name="Scores">In the order of <see cref="RecommendResult.Known"/>.</param>
internal sealed record RecommendRow(string Name, int Parameters, double? Epsilon, IReadOnlyList<RecommendScores> Scores);

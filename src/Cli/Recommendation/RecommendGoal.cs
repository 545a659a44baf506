namespace FastDPMeta.Cli.Recommendation;

/// <summary>What is predicted; the names are those of <c>--goal</c>.</summary>
internal enum RecommendGoal
{
    /// <summary>The rating of a movie; judged by the root mean squared error.</summary>
    Ratings,

    /// <summary>Which movies a person likes; judged by the hit rate among the first ten of a hundred.</summary>
    Choices,
}

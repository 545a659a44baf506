namespace FastDPMeta.Cli.Recommendation;

/// <summary>What a run does where the command line is silent; the files <c>recipes/movielens/*.json</c> hold the same, and a test sees to that.</summary>
internal static class RecommendDefaults
{
    /// <summary>Ratings under privacy: a head over public features, everybody in every round.</summary>
    internal static RecommendOptions Private { get; } = new();

    /// <summary>Ratings without privacy: embeddings too.</summary>
    internal static RecommendOptions WithoutPrivacy { get; } = new()
    {
        Epsilon = null,
        Embedding = RecommendRunner.UsualEmbedding,
        Rounds = 150,
        Lot = 100,
        Rate = 0.01,
        Adam = true,
        WeightDecay = 2e-3,
        LearnVariance = false,
    };

    /// <summary>Choices under privacy.</summary>
    internal static RecommendOptions PrivateChoices { get; } = Private with
    {
        Goal = RecommendGoal.Choices,
        Query = 10,
        CountWeight = 2,
        OffsetOfPerson = 0.01,
        OffsetOfMovie = 0.01,
        Popularity = 0.01,
        Genre = 0.01,
        Year = 0.01,
        Noise = 0.1,
    };

    /// <summary>Choices without privacy.</summary>
    internal static RecommendOptions ChoicesWithoutPrivacy { get; } = PrivateChoices with
    {
        Epsilon = null,
        Embedding = RecommendRunner.UsualEmbedding,
        Rounds = 150,
        Lot = 100,
        Rate = 0.01,
        Adam = true,
        WeightDecay = 2e-3,
        LearnVariance = false,
    };

    internal static RecommendOptions For(RecommendGoal goal, bool isPrivate) => (goal, isPrivate) switch
    {
        (RecommendGoal.Ratings, true) => Private,
        (RecommendGoal.Ratings, false) => WithoutPrivacy,
        (_, true) => PrivateChoices,
        _ => ChoicesWithoutPrivacy,
    };
}

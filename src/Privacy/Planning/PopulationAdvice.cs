namespace FastDPMeta.Privacy.Planning;

/// <summary>What a population can support under a budget.</summary>
/// <param name="Question">What was asked, with the lot and δ filled in.</param>
/// <param name="NoiseMultiplier">σ: noise standard deviation / clip norm of each round, by the account that ledgers keep.</param>
/// <param name="MostParameters">How many parameters carry, at most: those of a run whose signal is three times as long as its noise.</param>
/// <param name="Options">From everything to nothing, in this order.</param>
/// <param name="Recommended">The first option that carries.</param>
/// <param name="Sentence">The advice, for people.</param>
public sealed record PopulationAdvice(
    PopulationQuestion Question, double NoiseMultiplier, long MostParameters, IReadOnlyList<AdaptationOption> Options, AdaptationOption Recommended, string Sentence);

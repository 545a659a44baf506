namespace FastDPMeta.Engine.Tasks;

/// <summary>How high liked items stand among others, one number for each draw.</summary>
/// <param name="HitRates">Share of people whose item is among the first ten.</param>
/// <param name="Gains">Mean of 1/log₂(1 + rank) where the item is among the first ten, else 0: NDCG@10 with one relevant item (Järvelin and Kekäläinen 2002).</param>
public sealed record ChoiceScores(IReadOnlyList<double> HitRates, IReadOnlyList<double> Gains);

using FastDPMeta.Privacy.Accounting.Loss;

namespace FastDPMeta.Privacy.Accounting.Certified;

/// <summary>A mechanism's dominating pairs and how often it was used.</summary>
/// <param name="Pairs">Both directions.</param>
/// <param name="Count">How often, ≥ 0.</param>
internal readonly record struct ComposedPair(DominatingPairs Pairs, long Count);

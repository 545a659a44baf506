namespace FastDPMeta.Privacy.Auditing;

/// <summary>What canaries in one parameter tensor showed.</summary>
/// <param name="Parameter">The tensor's name.</param>
/// <param name="EpsilonLowerBound">No smaller ε holds at the audit's δ, with the audit's confidence.</param>
public sealed record ReleaseFinding(string Parameter, double EpsilonLowerBound);

namespace FastDPMeta.Privacy.Auditing;

/// <summary>One point of an attack's curve.</summary>
/// <param name="FalsePositiveRate">Share of the others taken for members, at most.</param>
/// <param name="TruePositiveRate">Share of the members found.</param>
/// <param name="Ceiling">The most that the promise allows.</param>
public sealed record MembershipRate(double FalsePositiveRate, double TruePositiveRate, double Ceiling);

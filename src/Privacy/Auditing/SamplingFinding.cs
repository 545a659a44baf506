namespace FastDPMeta.Privacy.Auditing;

/// <summary>One thing that lots were counted for.</summary>
/// <param name="What">What was counted.</param>
/// <param name="Observed">The count.</param>
/// <param name="Expected">What Poisson sampling gives on average.</param>
/// <param name="PValue">The chance of a count as far from it or farther, on either side, under Poisson sampling; exact, rounded up.</param>
public sealed record SamplingFinding(string What, long Observed, double Expected, double PValue);

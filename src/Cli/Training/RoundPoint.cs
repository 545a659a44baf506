namespace FastDPMeta.Cli.Training;

/// <summary>One round of a run's history.</summary>
/// <param name="Round">From 1.</param>
/// <param name="Loss">Mean query loss of the round's lot; NaN for an empty lot.</param>
/// <param name="Epsilon">ε spent after the round; null without privacy.</param>
internal readonly record struct RoundPoint(int Round, double Loss, double? Epsilon);

namespace FastDPMeta.Cli.Training;

/// <summary>One look at a run.</summary>
/// <param name="Round">From 1.</param>
/// <param name="Loss">Mean query loss on a few fresh tasks after adapting.</param>
/// <param name="Epsilon">ε spent after the round; null without privacy.</param>
internal readonly record struct RoundPoint(int Round, double Loss, double? Epsilon);

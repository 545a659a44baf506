namespace FastDPMeta.Cli.Training;

/// <summary>How far a run is, a few times a second.</summary>
/// <param name="Phase">What goes on, as <c>private maml</c>, <c>non-private twin</c>, <c>measuring</c>.</param>
/// <param name="Round">Rounds (or tasks, when measuring) done, from 0.</param>
/// <param name="Rounds">How many there will be.</param>
/// <param name="Loss">Mean loss on fresh tasks or held-out examples, when last looked at; NaN before.</param>
/// <param name="Epsilon">ε spent so far; null without privacy.</param>
/// <param name="UnitsPerSecond">Recent speed; 0 when not known.</param>
/// <param name="Units">What is counted by it.</param>
internal readonly record struct TrainingProgress(string Phase, int Round, int Rounds, double Loss, double? Epsilon, double UnitsPerSecond, string Units = "tasks");

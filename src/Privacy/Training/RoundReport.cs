namespace FastDPMeta.Privacy.Training;

/// <summary>What one round of training did. <see cref="Epsilon"/> and <see cref="Round"/> may be published; <see cref="Diagnostics"/> may not.</summary>
/// <param name="Round">Number of rounds done, this one included; from 1.</param>
/// <param name="Rounds">Number of rounds planned.</param>
/// <param name="Epsilon">ε spent so far at the plan's δ; positive infinity without privacy.</param>
/// <param name="Diagnostics">Figures computed from the private data itself.</param>
public readonly record struct RoundReport(int Round, int Rounds, double Epsilon, RoundDiagnostics Diagnostics);

/// <summary>
/// Figures of one lot, computed from private data and <b>not covered by ε</b>: for the operator's eyes, never for publication or for a decision that
/// changes the model. To follow the training of a private model, evaluate it on data that is public.
/// </summary>
/// <param name="Units">Units in the lot.</param>
/// <param name="Clipped">Units whose gradient was longer than the clip norm.</param>
/// <param name="NotFinite">Units whose loss or gradient was not finite; they contributed zero.</param>
/// <param name="Loss">Mean loss of the other units; NaN for an empty lot.</param>
/// <param name="Metric">Mean metric of the other units; NaN for an empty lot.</param>
public readonly record struct RoundDiagnostics(int Units, int Clipped, int NotFinite, double Loss, double Metric);

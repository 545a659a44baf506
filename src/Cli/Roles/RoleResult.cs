namespace FastDPMeta.Cli.Roles;

/// <summary>What a run found.</summary>
/// <param name="Device">The device's own words.</param>
/// <param name="Parameters">Learned numbers.</param>
/// <param name="TrainingRoles">Roles that were learned from.</param>
/// <param name="Roles">Held-out roles.</param>
/// <param name="Episodes">Draws of all of them.</param>
/// <param name="Epsilon">ε spent; null without privacy.</param>
/// <param name="NoiseMultiplier">σ; null without privacy.</param>
/// <param name="Rounds">Rounds done.</param>
/// <param name="Stopped">Whether Ctrl-C or the budget ended it early.</param>
/// <param name="Seconds">Time of training alone, in this sitting.</param>
/// <param name="Population">What so few roles can support; null without privacy.</param>
/// <param name="Rows">The run adapted, the run unadapted, then what it is compared with.</param>
internal sealed record RoleResult(
    string Device, int Parameters, int TrainingRoles, int Roles, int Episodes, double? Epsilon, double? NoiseMultiplier, int Rounds, bool Stopped, double Seconds, string? Population,
    IReadOnlyList<RoleRow> Rows);

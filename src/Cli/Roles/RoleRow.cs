using FastDPMeta.Privacy.Frontiers;

namespace FastDPMeta.Cli.Roles;

/// <summary>One row of the table, over the draws of all held-out roles.</summary>
/// <param name="Name">As <c>fomaml, adapted in 5 steps</c>.</param>
/// <param name="Bits">Bits per character: mean over roles, and its interval. Draws of a role lie in the same text, so they count once.</param>
/// <param name="Accuracy">Share of characters predicted, likewise.</param>
internal sealed record RoleRow(string Name, MeanInterval Bits, MeanInterval Accuracy);

namespace FastDPMeta.Privacy.Ledger;

/// <summary>What the first line of a ledger says beyond what every line says.</summary>
/// <param name="Text">The line itself, JSON.</param>
/// <param name="Witnessed">Whether the ledger was begun with a witness.</param>
/// <param name="Shared">Whether several analysts draw on it.</param>
internal sealed record LedgerFirstLine(string Text, bool Witnessed, bool Shared);

namespace FastDPMeta.Privacy.Ledger;

/// <summary>What was read from a ledger.</summary>
/// <param name="Entries">The whole lines, at least the first.</param>
/// <param name="LastHash">Hash of the last whole line.</param>
/// <param name="SoundLength">Bytes up to where the lines are whole.</param>
/// <param name="Torn">Whether a line begins there that a crash interrupted.</param>
/// <param name="LacksLineFeed">Whether the last line is whole but for its line feed.</param>
internal sealed record LedgerContents(IReadOnlyList<LedgerEntry> Entries, string LastHash, long SoundLength, bool Torn, bool LacksLineFeed);

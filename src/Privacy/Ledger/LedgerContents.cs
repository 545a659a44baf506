namespace FastDPMeta.Privacy.Ledger;

/// <summary>What was read from a ledger.</summary>
/// <param name="Entries">The whole lines, at least the first.</param>
/// <param name="Hashes">The hash of each.</param>
/// <param name="First">The first line, which says what the ledger is for.</param>
/// <param name="SoundLength">Bytes up to where the lines are whole.</param>
/// <param name="Torn">Whether a line begins there that a crash interrupted.</param>
/// <param name="LacksLineFeed">Whether the last line is whole but for its line feed.</param>
internal sealed record LedgerContents(
    IReadOnlyList<LedgerEntry> Entries, IReadOnlyList<string> Hashes, LedgerFirstLine First, long SoundLength, bool Torn, bool LacksLineFeed)
{
    /// <summary>Hash of the last whole line.</summary>
    public string LastHash => Hashes[^1];

    /// <summary>Where the whole lines end.</summary>
    public LedgerHead Head => new(Entries.Count, LastHash);

    /// <summary>Whether the ledger went through a state.</summary>
    public bool Contains(LedgerHead head) => head.Records >= 1 && head.Records <= Hashes.Count && Hashes[(int)head.Records - 1] == head.Hash;
}

using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Ledger;

/// <summary>The chain of one plan's lines in a store.</summary>
/// <param name="store">Where they lie; disposed of with this.</param>
/// <param name="plan">Whose charges.</param>
/// <param name="time">The clock.</param>
internal sealed class LedgerChain(ILedgerStore store, PrivacyPlan plan, TimeProvider time) : ILedgerBook
{
    private readonly LedgerLine _line = new(LedgerLine.NoHash);
    private readonly byte[] _planHash = System.Text.Encoding.ASCII.GetBytes(plan.Hash);
    private long _sequence;

    /// <inheritdoc/>
    public string Name => store.Name;

    /// <inheritdoc/>
    public bool IsKept => store is not MemoryLedgerStore;

    /// <inheritdoc/>
    public LedgerHead Head => new(_sequence, _line.LastHash);

    /// <summary>Whether an error is one of storage, which the ledger explains.</summary>
    public static bool IsStorageError(Exception error) =>
        error is IOException or UnauthorizedAccessException or NotSupportedException or ObjectDisposedException or System.Security.SecurityException;

    /// <summary>A message without its line breaks.</summary>
    public static string OneLine(Exception error) => error.Message.ReplaceLineEndings(" ");

    /// <summary>Writes the first line of an empty store.</summary>
    /// <param name="witnessed">Whether a witness keeps a copy of every line.</param>
    public void Begin(bool witnessed)
    {
        _line.Begin(0, time.GetUtcNow(), "begin"u8).Text(",\"plan\":\""u8).Text(_planHash)
            .Text("\",\"planned\":"u8).Text(PrivacyPlanJson.Encode(plan));
        if (witnessed)
        {
            _line.Text(",\"witness\":true"u8);
        }

        _line.Text(",\"epsilon\":0,\"delta\":"u8).Number(plan.Budget.Delta).End();
        Write();
    }

    /// <summary>Reads the store, checks it, and goes on where its whole lines end.</summary>
    public LedgerContents Read()
    {
        LedgerContents contents = LedgerReader.Read(Name, store.ReadAll());
        if (contents.First.Shared)
        {
            throw new LedgerException($"Ledger {Name} is one that several analysts draw on. Open it with SharedLedger.Open and draw on it with SharedLedger.Draw.");
        }

        _sequence = contents.Entries.Count;
        _line.Continue(contents.LastHash);
        return contents;
    }

    /// <summary>Adds the line feed that a crash cut off, or cuts off a line that it tore.</summary>
    public void Mend(LedgerContents contents)
    {
        if (contents.LacksLineFeed)
        {
            store.Append("\n"u8);
            store.Flush();
        }

        if (contents.Torn)
        {
            store.Truncate(contents.SoundLength);
            store.Flush();
        }
    }

    /// <inheritdoc/>
    public bool Contains(LedgerHead head) => LedgerReader.Read(Name, store.ReadAll()).Contains(head);

    /// <inheritdoc/>
    public bool HasRoom(PrivacyEvent privacyEvent) => true;

    /// <inheritdoc/>
    public void Charge(ReadOnlySpan<byte> kind, long round, PrivacyEvent privacyEvent, ReadOnlySpan<byte> encoded, double epsilon)
    {
        _line.Begin(_sequence, time.GetUtcNow(), kind).Text(",\"plan\":\""u8).Text(_planHash).Text("\",\"round\":"u8).Number(round)
            .Text(",\"event\":"u8).Text(encoded).Text(",\"epsilon\":"u8).Number(epsilon).Text(",\"delta\":"u8).Number(plan.Budget.Delta).End();
        Write();
    }

    /// <inheritdoc/>
    public void Dispose() => store.Dispose();

    /// <summary>Appends the line built. After a failure the ledger's end is unknown, so no more may be written until it has been read again.</summary>
    private void Write()
    {
        long before = -1;
        try
        {
            before = store.Length;
            store.Append(_line.Bytes);
            store.Flush();
            _sequence++;
        }
        catch (Exception error) when (IsStorageError(error))
        {
            _line.Revert();
            TakeBack(store, before);
            throw Unwritable(Name, error);
        }
    }

    /// <summary>What to say where a line could not be written.</summary>
    public static LedgerException Unwritable(string name, Exception error) =>
        new($"Ledger {name} cannot be written: {OneLine(error)} Nothing was released. Free space or choose another place, then resume.", error);

    /// <summary>Removes a half-written line as far as possible; what stays is found when the ledger is opened.</summary>
    public static void TakeBack(ILedgerStore store, long length)
    {
        try
        {
            if (length >= 0)
            {
                store.Truncate(length);
                store.Flush();
            }
        }
        catch (Exception error) when (IsStorageError(error))
        {
            // The first error is the one to report.
        }
    }
}

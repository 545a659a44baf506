namespace FastDPMeta.Privacy.Ledger;

/// <summary>
/// A ledger and its witness: a second file, in another place, that gets every line after the ledger has it and before the charge is acknowledged. So the ledger is at
/// most one line ahead of its witness and never behind. A ledger that lacks what its witness has was put back from an older copy, or lost what it had acknowledged:
/// it is refused.
/// </summary>
/// <remarks>What it can't see: both files put back to the same moment, and a ledger whose witness is rewritten by the same hand.</remarks>
internal sealed class WitnessedLedgerStore : ILedgerStore
{
    private const byte LineFeed = (byte)'\n';

    private readonly ILedgerStore _ledger;
    private readonly ILedgerStore _witness;

    /// <summary>Compares the two and brings the witness up to date. The stores are the caller's until this returns.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="witness">Its witness; both empty for a new ledger.</param>
    /// <exception cref="LedgerException">They disagree.</exception>
    public WitnessedLedgerStore(ILedgerStore ledger, ILedgerStore witness)
    {
        _ledger = ledger;
        _witness = witness;
        Reconcile();
    }

    /// <inheritdoc/>
    public string Name => _ledger.Name;

    /// <inheritdoc/>
    public long Length => _ledger.Length;

    /// <inheritdoc/>
    public byte[] ReadAll() => _ledger.ReadAll();

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _ledger.Append(bytes);
        _ledger.Flush();
        _witness.Append(bytes);
    }

    /// <summary>The witness first: cut short between the two, the ledger is the longer one, as after any crash.</summary>
    /// <inheritdoc/>
    public void Truncate(long length)
    {
        _witness.Truncate(Math.Min(length, _witness.Length));
        _witness.Flush();
        _ledger.Truncate(length);
    }

    /// <inheritdoc/>
    public void Flush()
    {
        _ledger.Flush();
        _witness.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ledger.Dispose();
        _witness.Dispose();
    }

    private void Reconcile()
    {
        byte[] ledger = _ledger.ReadAll();
        byte[] witness = _witness.ReadAll();
        if (ledger.AsSpan().SequenceEqual(witness))
        {
            return;
        }

        int whole = SoundLength(witness, ledger);
        if (!ledger.AsSpan().StartsWith(witness.AsSpan(0, whole)))
        {
            int common = witness.AsSpan(0, whole).CommonPrefixLength(ledger);
            long missing = witness.AsSpan(common, whole - common).Count(LineFeed);
            throw new LedgerException(
                $"Ledger {Name} lacks the last {missing} records that its witness {_witness.Name} has: it was put back from an older copy, copied and charged elsewhere, or damaged. Put the ledger of the last run back; if that is lost, the witness is its last sound copy.");
        }

        ReadOnlySpan<byte> ahead = ledger.AsSpan(whole);
        if (ahead.Count(LineFeed) > 1)
        {
            throw new LedgerException(
                $"Ledger {Name} has {ahead.Count(LineFeed)} records that its witness {_witness.Name} lacks; a crash leaves one at most. The witness is new or was put back from an older copy, so nobody can tell whether the ledger was too. Copy the ledger to the witness's place only if you vouch for it.");
        }

        _witness.Truncate(whole);
        _witness.Append(ahead);
        _witness.Flush();
    }

    /// <summary>Bytes of the witness up to where its lines are whole: a crash may have torn the last one, or the first while the ledger had charged nothing.</summary>
    private int SoundLength(byte[] witness, byte[] ledger)
    {
        try
        {
            return (int)LedgerReader.Read(_witness.Name, witness).SoundLength;
        }
        catch (LedgerException) when (ledger.AsSpan().Count(LineFeed) <= 1)
        {
            return 0;
        }
        catch (LedgerException) when (witness.Length == 0)
        {
            return 0;
        }
    }
}

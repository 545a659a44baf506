namespace FastDPMeta.Privacy.Ledger;

/// <summary>A ledger that nobody keeps: for tests and for runs that are not resumed.</summary>
internal sealed class MemoryLedgerStore : ILedgerStore
{
    private byte[] _bytes = [];
    private int _length;

    /// <inheritdoc/>
    public string Name => "in memory";

    /// <inheritdoc/>
    public long Length => _length;

    /// <inheritdoc/>
    public byte[] ReadAll() => _bytes[.._length];

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(1 << 16, 2 * (_length + bytes.Length)));
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <inheritdoc/>
    public void Truncate(long length) => _length = (int)length;

    /// <inheritdoc/>
    public void Flush()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Privacy.Tests.Ledger;

/// <summary>A store whose room ends: it writes what still fits, then fails as a full disk does.</summary>
internal sealed class FailingLedgerStore(long capacity, bool canTruncate = true) : ILedgerStore
{
    private readonly MemoryLedgerStore _inner = new();

    public string Name => "on a full disk";

    public long Length => _inner.Length;

    public bool Disposed { get; private set; }

    /// <summary>Bytes that fit.</summary>
    public long Capacity { get; set; } = capacity;

    public byte[] ReadAll() => _inner.ReadAll();

    public void Append(ReadOnlySpan<byte> bytes)
    {
        int room = (int)Math.Min(bytes.Length, Math.Max(0, Capacity - _inner.Length));
        _inner.Append(bytes[..room]);
        if (room < bytes.Length)
        {
            throw new IOException("No space left on device");
        }
    }

    public void Truncate(long length)
    {
        if (!canTruncate)
        {
            throw new IOException("Input/output error");
        }

        _inner.Truncate(length);
    }

    public void Flush()
    {
    }

    public void Dispose() => Disposed = true;
}

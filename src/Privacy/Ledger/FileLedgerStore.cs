namespace FastDPMeta.Privacy.Ledger;

/// <summary>
/// A file held under an exclusive lock for as long as the ledger is open (an advisory <c>flock</c> on Unix), written without buffers and flushed to the device after
/// every append. A new file's directory entry is not flushed by itself: if a power failure takes it, resuming fails for want of a ledger, which is safe.
/// </summary>
internal sealed class FileLedgerStore : ILedgerStore
{
    private readonly FileStream _stream;

    private FileLedgerStore(string path, FileStream stream, bool isNew)
    {
        Name = path;
        _stream = stream;
        IsNew = isNew;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Length => _stream.Length;

    /// <summary>Whether the file was made by opening it.</summary>
    public bool IsNew { get; }

    /// <summary>Opens and locks a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="create">Whether to make it when it is missing.</param>
    public static FileLedgerStore Open(string path, bool create)
    {
        bool existed = File.Exists(path);
        FileStream stream = new(path, new FileStreamOptions
        {
            Mode = create ? FileMode.OpenOrCreate : FileMode.Open,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
        });
        return new FileLedgerStore(path, stream, !existed);
    }

    /// <inheritdoc/>
    public byte[] ReadAll()
    {
        byte[] bytes = new byte[_stream.Length];
        _stream.Position = 0;
        _stream.ReadExactly(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _stream.Seek(0, SeekOrigin.End);
        _stream.Write(bytes);
        Flush();
    }

    /// <inheritdoc/>
    public void Truncate(long length)
    {
        _stream.SetLength(length);
        Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void Flush() => _stream.Flush(flushToDisk: true);
}

using System.Diagnostics;

namespace FastDPMeta.Privacy.Ledger;

/// <summary>
/// A file held under an exclusive lock for as long as it is open (an advisory <c>flock</c> on Unix), written without buffers. That the lock holds is tried out each
/// time: where it doesn't, as on some network file systems, the file is refused. A new file's directory entry is not flushed by itself: if a power failure takes it,
/// resuming fails for want of a ledger.
/// </summary>
internal sealed class FileLedgerStore : ILedgerStore
{
    private const int MostMillisecondsAsleep = 16;

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
    /// <param name="patience">How long to wait for another process to close it.</param>
    /// <exception cref="IOException">It is in use, cannot be opened, or locks do not hold where it lies.</exception>
    public static FileLedgerStore Open(string path, bool create, TimeSpan patience = default)
    {
        Stopwatch waited = Stopwatch.StartNew();
        for (int pause = 1; ; pause = Math.Min(MostMillisecondsAsleep, 2 * pause))
        {
            try
            {
                return OpenNow(path, create);
            }
            catch (IOException error) when (error is not (FileNotFoundException or DirectoryNotFoundException or LockException) && waited.Elapsed < patience)
            {
                Thread.Sleep(pause);
            }
        }
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
    }

    /// <inheritdoc/>
    public void Truncate(long length) => _stream.SetLength(length);

    /// <inheritdoc/>
    public void Flush() => _stream.Flush(flushToDisk: true);

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static FileLedgerStore OpenNow(string path, bool create)
    {
        bool existed = File.Exists(path);
        FileStream stream = Locked(path, create ? FileMode.OpenOrCreate : FileMode.Open);
        try
        {
            ProveLock(path);
            return new FileLedgerStore(path, stream, !existed);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static FileStream Locked(string path, FileMode mode) => new(path, new FileStreamOptions
    {
        Mode = mode,
        Access = FileAccess.ReadWrite,
        Share = FileShare.None,
        BufferSize = 0,
    });

    /// <summary>A second opening must fail now. Devices such as <c>/dev/full</c> take no locks and are no ledgers; writing to them fails by itself.</summary>
    private static void ProveLock(string path)
    {
        if (!File.Exists(path) || (File.GetAttributes(path) & FileAttributes.Device) != 0)
        {
            return;
        }

        try
        {
            Locked(path, FileMode.Open).Dispose();
        }
        catch (IOException)
        {
            return;
        }

        throw new LockException("locks do not hold there, so that two processes could spend the same budget.");
    }

    private sealed class LockException(string message) : IOException(message);
}

namespace FastDPMeta.Privacy.Ledger;

/// <summary>Where a ledger's bytes live. Errors come as <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>; the ledger explains them.</summary>
internal interface ILedgerStore : IDisposable
{
    /// <summary>For messages: a path, or what else it is.</summary>
    string Name { get; }

    /// <summary>Bytes at present.</summary>
    long Length { get; }

    /// <summary>Everything written so far.</summary>
    byte[] ReadAll();

    /// <summary>Adds at the end. When this returns, the bytes survive a power failure (as far as the store can promise it).</summary>
    /// <param name="bytes">What to add.</param>
    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Drops everything beyond a length, durably.</summary>
    /// <param name="length">At most <see cref="Length"/>.</param>
    void Truncate(long length);
}

namespace FastDPMeta.Privacy.Ledger;

/// <summary>Where a ledger's bytes live. Errors come as <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>; the ledger explains them.</summary>
/// <remarks>What was written survives a power failure only once <see cref="Flush"/> has returned; before that any part of it may be on the device, in any order.</remarks>
internal interface ILedgerStore : IDisposable
{
    /// <summary>For messages: a path, or what else it is.</summary>
    string Name { get; }

    /// <summary>Bytes at present.</summary>
    long Length { get; }

    /// <summary>Everything written so far.</summary>
    byte[] ReadAll();

    /// <summary>Adds at the end; durable after <see cref="Flush"/>.</summary>
    /// <param name="bytes">What to add.</param>
    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Drops everything beyond a length; durable after <see cref="Flush"/>.</summary>
    /// <param name="length">At most <see cref="Length"/>.</param>
    void Truncate(long length);

    /// <summary>When this returns, all that was written before survives a power failure (as far as the store can promise it).</summary>
    void Flush();
}

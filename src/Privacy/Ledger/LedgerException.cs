namespace FastDPMeta.Privacy.Ledger;

/// <summary>
/// The ledger cannot be read, written or trusted. Training must not go on: a release that is not on record must not happen. The message is one
/// line and says what to do.
/// </summary>
public sealed class LedgerException : Exception
{
    /// <summary>An error with a message.</summary>
    /// <param name="message">What happened and what to do.</param>
    public LedgerException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public LedgerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

namespace FastDPMeta.Privacy.Reports;

/// <summary>A report can't be made, read or trusted. The message is one line and says what to do.</summary>
public sealed class PrivacyReportException : Exception
{
    /// <summary>An error with a message.</summary>
    /// <param name="message">What happened and what to do.</param>
    public PrivacyReportException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public PrivacyReportException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

namespace FastDPMeta.Privacy.Frontiers;

/// <summary>A frontier's file can't be written, read or trusted. The message is one line and says what to do.</summary>
public sealed class FrontierFileException : Exception
{
    /// <summary>An error with a message.</summary>
    /// <param name="message">What happened and what to do.</param>
    public FrontierFileException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public FrontierFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

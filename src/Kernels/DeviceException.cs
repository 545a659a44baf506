namespace FastDPMeta.Kernels;

/// <summary>A device is missing, unknown, out of memory or lost. The message says what to do.</summary>
public sealed class DeviceException : Exception
{
    /// <summary>An error with a message.</summary>
    /// <param name="message">What happened and what to do.</param>
    public DeviceException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public DeviceException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

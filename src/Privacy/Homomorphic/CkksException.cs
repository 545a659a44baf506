namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// Ciphertexts, keys and files that do not fit together: levels used up, scales apart, another key, other parameters, a damaged file. The message says
/// which, and what to do.
/// </summary>
public sealed class CkksException : Exception
{
    /// <summary>An error without a message.</summary>
    public CkksException()
    {
    }

    /// <summary>An error.</summary>
    /// <param name="message">What does not fit, what was got, and what to do.</param>
    public CkksException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its cause.</summary>
    /// <param name="message">What does not fit, what was got, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public CkksException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

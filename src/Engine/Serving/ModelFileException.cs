namespace FastDPMeta.Engine.Serving;

/// <summary>A model file is missing, damaged, or can't be written. The message names the file and what to do.</summary>
public sealed class ModelFileException : IOException
{
    /// <summary>An error with a message.</summary>
    /// <param name="message">Which file, what is wrong, what to do.</param>
    public ModelFileException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    /// <param name="message">Which file, what is wrong, what to do.</param>
    /// <param name="innerException">The cause.</param>
    public ModelFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

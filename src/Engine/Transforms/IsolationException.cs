namespace FastDPMeta.Engine.Transforms;

/// <summary>A computation mixes rows that must stay apart. The message names the op, its shapes, what to do instead, and the user's line.</summary>
public sealed class IsolationException : InvalidOperationException
{
    /// <summary>An error with a message.</summary>
    /// <param name="message">What mixes, where, what to do.</param>
    public IsolationException(string message)
        : base(message)
    {
    }
}

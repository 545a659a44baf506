namespace FastDPMeta.Engine.Ir;

/// <summary>Shapes do not fit. The message names the op, the arguments with their axes, what to do, and the user's line.</summary>
public sealed class ShapeException : ArgumentException
{
    /// <summary>An error with a message.</summary>
    /// <param name="message">What must hold, what was got, what to do.</param>
    public ShapeException(string message)
        : base(message)
    {
    }
}

using System.Diagnostics;
using System.Reflection;

namespace FastDPMeta.Engine.Ir;

/// <summary>
/// The user's line that made a node: the innermost stack frame outside this library. The trace is kept raw and turned into a file
/// and line only when a message needs it, so that tracing stays cheap.
/// </summary>
internal sealed class SourceLocation
{
    private static readonly Assembly[] Own = [typeof(SourceLocation).Assembly];
    private readonly StackTrace? _trace;
    private string? _text;

    private SourceLocation(StackTrace? trace) => _trace = trace;

    /// <summary>No location: nodes made by the library alone.</summary>
    public static SourceLocation None { get; } = new(null) { _text = string.Empty };

    /// <summary>The calling user's line.</summary>
    public static SourceLocation Capture() => new(new StackTrace(1, fNeedFileInfo: true));

    /// <summary><c> (File.cs:42)</c> with a leading blank, or nothing when it can't be told.</summary>
    public override string ToString() => _text ??= Resolve();

    private string Resolve()
    {
        foreach (StackFrame frame in _trace!.GetFrames())
        {
            Assembly? assembly = frame.GetMethod()?.DeclaringType?.Assembly;
            if (assembly is not null && !Own.Contains(assembly) && frame.GetFileName() is { } file)
            {
                return $" ({Path.GetFileName(file)}:{frame.GetFileLineNumber()})";
            }
        }

        return string.Empty;
    }
}

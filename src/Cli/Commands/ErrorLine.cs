using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;

namespace FastDPMeta.Cli.Commands;

/// <summary>Turns an exception into the one line a user sees.</summary>
internal static class ErrorLine
{
    /// <summary>One line; for what we did not foresee, also how to see more.</summary>
    internal static string For(Exception exception)
    {
        string message = OneLine(exception.Message);
        return Expected(exception)
            ? message
            : $"{exception.GetType().Name}: {message} This is a fault of fastdpmeta: add --verbose to see where, and please report it.";
    }

    internal static int ExitCodeFor(Exception exception) => exception switch
    {
        CommandException command => command.ExitCode,
        OperationCanceledException => ExitCode.Interrupted,
        _ => ExitCode.Failure,
    };

    // Exceptions whose messages our libraries wrote for people, and those of the file system.
    private static bool Expected(Exception exception) =>
        exception is CommandException or DataFileException or DeviceException or ShapeException or OperationCanceledException
            or IOException or UnauthorizedAccessException
        || (exception.GetType() == typeof(ArgumentException) && exception.Source?.StartsWith("FastDPMeta", StringComparison.Ordinal) == true)
        || exception.GetType().Namespace?.StartsWith("FastDPMeta.", StringComparison.Ordinal) == true;

    private static string OneLine(string message) =>
        string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}

namespace FastDPMeta.Cli.Commands;

/// <summary>The user can mend this: one line that says what is wrong and what to do.</summary>
internal sealed class CommandException(string message, int exitCode = ExitCode.Failure, Exception? innerException = null)
    : Exception(message, innerException)
{
    internal int ExitCode { get; } = exitCode;
}

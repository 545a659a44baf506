namespace FastDPMeta.Cli.Commands;

/// <summary>What the command tells the shell.</summary>
internal static class ExitCode
{
    internal const int Success = 0;

    /// <summary>Something failed while running: data, device, budget, disk.</summary>
    internal const int Failure = 1;

    /// <summary>The command line itself is wrong; nothing was started.</summary>
    internal const int Usage = 2;

    /// <summary>Stopped by Ctrl-C, cleanly: 128 + SIGINT, as shells have it.</summary>
    internal const int Interrupted = 130;
}

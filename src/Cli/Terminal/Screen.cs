using Spectre.Console;

namespace FastDPMeta.Cli.Terminal;

/// <summary>Where the command writes.</summary>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Console">Colours and tables over <paramref name="Output"/>.</param>
/// <param name="Interactive">True on a terminal; false in pipes and logs, where nothing is redrawn.</param>
internal sealed record Screen(TextWriter Output, TextWriter Error, IAnsiConsole Console, bool Interactive)
{
    private const int WidthOfLogs = 160;

    internal static Screen Over(TextWriter output, TextWriter error)
    {
        bool interactive = ReferenceEquals(output, System.Console.Out) && !System.Console.IsOutputRedirected;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = interactive ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = interactive ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!interactive)
        {
            console.Profile.Width = WidthOfLogs;
        }

        return new Screen(output, error, console, interactive && console.Profile.Capabilities.Ansi);
    }
}

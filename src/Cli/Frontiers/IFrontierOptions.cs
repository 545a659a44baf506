using System.CommandLine;
using FastDPMeta.Cli.Commands;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Frontiers;

/// <summary>The options by which an application is told what to train, as <c>frontier</c> reads them: from a command line, or from the settings kept in a frontier's file.</summary>
internal interface IFrontierOptions
{
    /// <summary>The word behind <c>frontier</c>; null for what <c>train</c> trains, which has a word of its own.</summary>
    string? Name { get; }

    /// <summary>Declares them.</summary>
    void AddTo(Command command);

    /// <summary>Which of them were given.</summary>
    IReadOnlyList<string> Given(ParseResult parsed);

    /// <summary>The application that a command line asks for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="settings">Where and how, once the application has a name.</param>
    /// <exception cref="CommandException">The options contradict each other or name something unknown.</exception>
    IFrontierApplication Read(ParseResult parsed, Func<string, RunSettings> settings);

    /// <summary>The application of a frontier that is gone on with.</summary>
    /// <param name="kept">Its <see cref="IFrontierApplication.Settings"/>.</param>
    /// <param name="settings">Where and how.</param>
    /// <exception cref="CommandException">The settings can't be read.</exception>
    IFrontierApplication Restore(string kept, RunSettings settings);
}

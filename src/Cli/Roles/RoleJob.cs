using FastDPMeta.Cli.Commands;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Roles;

/// <summary>A whole run on roles: the folder is proven writable, the learner trained under live progress, files written, the result printed.</summary>
internal sealed class RoleJob(Screen screen, TimeProvider time)
{
    /// <summary>Runs to the end, to the budget or to the first Ctrl-C.</summary>
    /// <param name="asked">Options of a new run; a resumed run takes those in its folder.</param>
    /// <param name="settings">Where and how.</param>
    /// <param name="cancellationToken">Stops after the current round.</param>
    /// <returns>The exit code.</returns>
    internal int Run(RoleOptions asked, RunSettings settings, CancellationToken cancellationToken)
    {
        using RunFolder folder = RunFolder.Open(settings.OutputFolder, settings.Resume, settings.Force);
        RoleOptions options = settings.Resume ? RoleOptions.Recipe.Read(folder.OptionsPath, "--resume") : asked;
        try
        {
            RoleResult result = LiveProgress.Show(
                screen.Console, screen.Output, screen.Interactive, time, view => Train(options, settings, folder, view, cancellationToken));
            RoleTable.Print(screen.Console, options, result, folder.FinalPath);
            if (settings.Json)
            {
                screen.Output.WriteLine(RoleTable.Line(options, result));
            }

            return result.Stopped && cancellationToken.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Success;
        }
        catch (Exception exception) when (!settings.Resume && exception is not CommandException)
        {
            // Not asked in the filter: filters run before the ledger is closed.
            if (!folder.HasProgress)
            {
                throw;
            }

            throw new CommandException($"{ErrorLine.For(exception)} Rounds done so far are kept: add --resume --out {settings.OutputFolder} to go on.", innerException: exception);
        }
    }

    private RoleResult Train(RoleOptions options, RunSettings settings, RunFolder folder, IProgressView view, CancellationToken cancellationToken)
    {
        folder.WriteWhole(Path.GetFileName(folder.OptionsPath), RoleOptions.Recipe.Write(options));
        RoleResult result = new RoleRunner(time).Run(options, settings, folder, view, cancellationToken);
        folder.WriteWhole(RoleTable.FileName, RoleTable.Line(options, result) + "\n");
        folder.Commit();
        return result;
    }
}

using FastDPMeta.Cli.Commands;
using FastDPMeta.Cli.Plots;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Terminal;

namespace FastDPMeta.Cli.Training;

/// <summary>A whole run: the folder is proven writable, the learner trained under live progress, files written, the result printed.</summary>
internal sealed class TrainingJob(ITrainingRunner runner, Screen screen, TimeProvider time)
{
    internal const string AdaptationName = "adaptation.png";
    internal const string RecipeName = "recipe.json";
    internal const string RoundsName = "rounds.png";

    /// <summary>Runs to the end, to the budget or to the first Ctrl-C.</summary>
    /// <param name="asked">Options of a new run; a resumed run takes those in its folder.</param>
    /// <param name="settings">Where and how.</param>
    /// <param name="cancellationToken">Stops after the current round.</param>
    /// <returns>The exit code.</returns>
    internal int Run(TrainingOptions asked, RunSettings settings, CancellationToken cancellationToken)
    {
        using RunFolder folder = RunFolder.Open(settings.OutputFolder, settings.Resume, settings.Force);
        TrainingOptions options = settings.Resume ? OptionsFile.Read(folder.OptionsPath) : asked;
        try
        {
            folder.WriteWhole(Path.GetFileName(folder.OptionsPath), OptionsFile.Write(options));
            folder.WriteWhole(RecipeName, RecipeFile.Write(options));
            TrainingResult result = LiveProgress.Show(
                screen.Console, screen.Output, screen.Interactive, time, view => runner.Run(options, settings, folder, view, cancellationToken));
            WriteFiles(folder, options, result);
            folder.Commit();
            ResultTable.Print(screen.Console, options, result, folder.FinalPath);
            if (settings.Json)
            {
                screen.Output.WriteLine(SummaryJson.Line(options, result));
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

            // What was charged can't be charged back, so the folder stays; the user must learn where it is.
            throw new CommandException(
                $"{ErrorLine.For(exception)} Rounds done so far are kept: add --resume --out {settings.OutputFolder} to go on.", innerException: exception);
        }
    }

    private static void WriteFiles(RunFolder folder, TrainingOptions options, TrainingResult result)
    {
        folder.WriteWhole(ReportJson.FileName, ReportJson.Write(options, result));
        if (result.Sinusoids.Count > 0)
        {
            folder.WriteWhole(AdaptationName, AdaptationPlot.Render(result.Sinusoids));
        }

        if (result.Episodes.Count > 0)
        {
            folder.WriteWhole(AdaptationName, EpisodePicture.Render(result.Episodes));
        }

        if (result.History.Count > 0)
        {
            folder.WriteWhole(RoundsName, RoundsPlot.Render(result.History, options.HasTasks));
        }
    }
}

using System.Text;
using FastDPMeta.Cli.Commands;
using FastDPMeta.Cli.Plots;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;
using FastDPMeta.Privacy.Frontiers;

namespace FastDPMeta.Cli.Frontiers;

/// <summary>A whole frontier: everything is checked, then each training done and noted as it ends, and the result printed, drawn and written.</summary>
internal sealed class FrontierJob(Screen screen, TimeProvider time)
{
    /// <summary>Begins a frontier.</summary>
    /// <param name="application">What is trained.</param>
    /// <param name="epsilons">Budgets; ∞ without privacy.</param>
    /// <param name="keys">How many keys.</param>
    /// <param name="settings">Where and how.</param>
    /// <param name="stop">Stops after the current round.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">Something asked for can't be done; nothing was trained and nothing is left behind.</exception>
    internal int Begin(IFrontierApplication application, IReadOnlyList<double> epsilons, int keys, RunSettings settings, CancellationToken stop)
    {
        foreach (double epsilon in epsilons)
        {
            application.Check(epsilon);
        }

        FrontierDesign design = new(
            application.Name, epsilons, [.. Enumerable.Range(0, keys).Select(i => application.FirstKey + (ulong)i)], application.Delta, application.Settings);
        using FrontierFolder folder = FrontierFolder.Begin(settings.OutputFolder, design, settings.Force);
        return Complete(application, folder, settings, stop);
    }

    /// <summary>Goes on with a frontier that was interrupted; one that is whole is shown again.</summary>
    /// <param name="application">What is trained, made from the settings in the design.</param>
    /// <param name="settings">Where and how.</param>
    /// <param name="stop">Stops after the current round.</param>
    /// <returns>The exit code.</returns>
    internal int Resume(Func<FrontierDesign, IFrontierApplication> application, RunSettings settings, CancellationToken stop)
    {
        using FrontierFolder folder = FrontierFolder.Resume(settings.OutputFolder);
        return Complete(application(folder.File.Design), folder, settings, stop);
    }

    private int Complete(IFrontierApplication application, FrontierFolder folder, RunSettings settings, CancellationToken stop)
    {
        FrontierFile file = folder.File;
        int all = file.Design.Epsilons.Count * file.Design.Keys.Count;
        bool whole;
        try
        {
            whole = PrivacyFrontier.Complete(file, cell => Train(application, folder, cell, all, stop), stop);
        }
        catch (Exception exception) when (file.Runs.Count > 0)
        {
            throw new CommandException(
                $"{ErrorLine.For(exception)} The {file.Runs.Count} trainings done are kept: add --resume --out {settings.OutputFolder} to go on.", innerException: exception);
        }

        if (file.Runs.Count > 0)
        {
            Show(application, folder, settings, all);
        }

        if (!whole)
        {
            screen.Output.WriteLine($"Stopped: {file.Runs.Count} of {all} trainings are done. Go on with --resume --out {settings.OutputFolder}.");
        }

        return whole ? ExitCode.Success : ExitCode.Interrupted;
    }

    private FrontierRun? Train(IFrontierApplication application, FrontierFolder folder, FrontierCell cell, int all, CancellationToken stop)
    {
        FrontierRun? run = LiveProgress.Show(
            screen.Console, screen.Output, screen.Interactive, time, view => application.Train(cell, folder.Of(cell), view, stop));
        if (run is not null)
        {
            screen.Output.WriteLine($"{folder.File.Runs.Count + 1}/{all}  {FrontierText.Of(run)}");
        }

        return run;
    }

    private void Show(IFrontierApplication application, FrontierFolder folder, RunSettings settings, int all)
    {
        PrivacyFrontier frontier = new(folder.File.Design, folder.File.Runs);
        FrontierText.Print(screen.Console, frontier, application.Whom, application.Limits);
        string json = FrontierSummary.Line(frontier, application.Whom, all);
        folder.WriteWhole(FrontierFolder.SummaryName, Encoding.UTF8.GetBytes(json + "\n"));
        folder.WriteWhole(FrontierFolder.PictureName, FrontierPlot.Render(frontier));
        screen.Output.WriteLine($"Files: {folder.FullPath}");
        if (settings.Json)
        {
            screen.Output.WriteLine(json);
        }
    }
}

using FastDPMeta.Cli.Commands;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;
using FastDPMeta.Privacy.Frontiers;

namespace FastDPMeta.Cli.Frontiers;

/// <summary>The frontier of whatever <c>train</c> trains.</summary>
/// <param name="options">Of every training; its ε and seed are replaced by budget and key.</param>
/// <param name="settings">Where and how to train.</param>
/// <param name="runner">What trains.</param>
internal sealed class TrainedFrontier(TrainingOptions options, RunSettings settings, ITrainingRunner runner) : IFrontierApplication
{
    public string Name => $"{SummaryJson.Name(options.Task)}-{SummaryJson.Name(options.Learner)}";

    public string Settings => OptionsFile.Write(options);

    public double Delta => options.Delta;

    public ulong FirstKey => options.Seed;

    public string Whom => Guarantee.Change(options);

    public string Limits => Guarantee.Limits(options);

    public void Check(double epsilon)
    {
        try
        {
            RunSetup.Plan(At(new FrontierCell(epsilon, options.Seed)));
        }
        catch (ArgumentException error)
        {
            throw new CommandException($"--epsilons {epsilon}: {error.Message.ReplaceLineEndings(" ")}", ExitCode.Usage, error);
        }
    }

    public FrontierRun? Train(FrontierCell cell, string folder, IProgressView view, CancellationToken stop)
    {
        TrainingOptions at = At(cell);
        bool resume = RunFolder.CanResume(folder);
        using RunFolder run = RunFolder.Open(folder, resume, force: !resume);
        run.WriteWhole(Path.GetFileName(run.OptionsPath), OptionsFile.Write(at));
        TrainingResult result = runner.Run(at, settings with { OutputFolder = folder, Resume = resume }, run, view, stop);
        if (result.Stopped && stop.IsCancellationRequested)
        {
            return null;
        }

        run.WriteWhole(ReportJson.FileName, ReportJson.Write(at, result));
        run.Commit();
        FrontierRun done = cell.IsPrivate
            ? FrontierRun.FromLedger(cell, result.Metric, result.After, result.Seconds, Path.Combine(run.FinalPath, RunFolder.LedgerName))
            : new FrontierRun { Cell = cell, Metric = result.Metric, Value = result.After, Seconds = result.Seconds, EpsilonSpent = double.PositiveInfinity };
        return done with { Baselines = [.. result.Comparisons.Skip(1).Select(row => new FrontierBaseline(row.Name, row.After))] };
    }

    // A twin would be the training without privacy once more; what else is trained for comparison belongs beside that one.
    private TrainingOptions At(FrontierCell cell) => options with
    {
        Epsilon = cell.IsPrivate ? cell.Epsilon : null,
        Seed = cell.Key,
        Twin = options.Twin && !cell.IsPrivate,
    };
}

using FastDPMeta.Cli.Commands;
using FastDPMeta.Cli.Frontiers;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Privacy.Frontiers;

namespace FastDPMeta.Cli.Roles;

/// <summary>The frontier of next characters by role: bits per character of held-out roles after adapting.</summary>
/// <param name="options">Of every training; its ε and seed are replaced by budget and key.</param>
/// <param name="settings">Where and how to train.</param>
/// <param name="time">The clock.</param>
internal sealed class RoleFrontier(RoleOptions options, RunSettings settings, TimeProvider time) : IFrontierApplication
{
    public string Name => $"{RoleOptions.Task}-{SummaryJson.Name(options.Learner)}";

    public string Settings => RoleOptions.Recipe.Write(options);

    public double Delta => options.Delta;

    public ulong FirstKey => options.Seed;

    public string Whom => RoleTable.Change(RoleSet.TrainingCount);

    public string Limits => "";

    public void Check(double epsilon)
    {
        try
        {
            RoleNetwork.Plan(At(new FrontierCell(epsilon, options.Seed)), RoleSet.TrainingCount);
        }
        catch (ArgumentException error)
        {
            throw new CommandException(FormattableString.Invariant($"--epsilons {epsilon}: {error.Message.ReplaceLineEndings(" ")}"), ExitCode.Usage, error);
        }
    }

    public FrontierRun? Train(FrontierCell cell, string folder, IProgressView view, CancellationToken stop)
    {
        RoleOptions at = At(cell);
        bool resume = RunFolder.CanResume(folder);
        using RunFolder run = RunFolder.Open(folder, resume, force: !resume);
        run.WriteWhole(Path.GetFileName(run.OptionsPath), RoleOptions.Recipe.Write(at));
        RoleResult result = new RoleRunner(time).Run(at, settings with { OutputFolder = folder, Resume = resume }, run, view, stop);
        if (result.Stopped && stop.IsCancellationRequested)
        {
            return null;
        }

        run.WriteWhole(RoleTable.FileName, RoleTable.Line(at, result) + "\n");
        run.Commit();
        const string Metric = "bits per character";
        double bits = result.Rows[0].Bits.Mean;
        FrontierRun done = cell.IsPrivate
            ? FrontierRun.FromLedger(cell, Metric, bits, result.Seconds, Path.Combine(run.FinalPath, RunFolder.LedgerName))
            : new FrontierRun { Cell = cell, Metric = Metric, Value = bits, Seconds = result.Seconds, EpsilonSpent = double.PositiveInfinity };
        return done with { Baselines = [.. result.Rows.Skip(2).Select(row => new FrontierBaseline(row.Name, row.Bits.Mean))] };
    }

    private RoleOptions At(FrontierCell cell) => options with { Epsilon = cell.IsPrivate ? cell.Epsilon : null, Seed = cell.Key, Twin = options.Twin && !cell.IsPrivate };
}

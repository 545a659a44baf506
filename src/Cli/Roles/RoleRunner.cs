using FastDPMeta.Cli.Data;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy;
using FastDPMeta.Privacy.Ledger;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Cli.Roles;

/// <summary>Trains on roles and measures on held-out ones, beside counts and a model of all roles.</summary>
internal sealed class RoleRunner(TimeProvider time)
{
    /// <summary>Trains, measures, and leaves model and checkpoint in the folder. Cancellation ends training after the current round; the result says so.</summary>
    internal RoleResult Run(RoleOptions options, RunSettings settings, RunFolder folder, IProgressView progress, CancellationToken cancellationToken)
    {
        using Device device = RunSetup.OpenDevice(settings);
        progress.Say(RunSetup.DeviceLine(device, settings));
        RoleSet data = RoleSource.Open(settings.DataFolder, progress, cancellationToken);
        RoleMeasurement measurement = new(data, options, device);
        RoleTasks tasks = RoleNetwork.Tasks(data, TaskSplit.Training, options);
        PrivacyPlan plan = RoleNetwork.Plan(options, tasks.Roles.Count);
        foreach (string warning in plan.Warnings)
        {
            progress.Say($"Warning: {warning}");
        }

        using MetaTrainer trainer = Compile(options, tasks, plan, device, RunSetup.Ledger(plan, folder, settings));
        int parameters = RoleNetwork.Model(options).ParameterCount;
        string? population = plan.IsPrivate ? RolePopulation.Sentence(plan, parameters) : null;
        if (population is not null)
        {
            progress.Say(population);
        }

        if (folder.Resuming)
        {
            trainer.Resume(folder.CheckpointPath);
        }
        else if (plan.IsPrivate)
        {
            trainer.Save(folder.CheckpointPath); // whatever is charged from here on can be gone on from
        }

        string name = SummaryJson.Name(options.Learner);
        (TrainResult training, double seconds) = Train(name, options, trainer, tasks, measurement, () => trainer.Save(folder.CheckpointPath), progress, cancellationToken);
        trainer.Save(folder.CheckpointPath);
        trainer.Save(folder.ModelPath);
        List<RoleRow> rows = [.. Rows(options, Spoken(name, options), trainer.Parameters(), measurement, progress)];
        if (options.Twin && options.Learner != RoleLearner.Joint && !cancellationToken.IsCancellationRequested)
        {
            rows.AddRange(Joint(options, tasks, measurement, device, progress, cancellationToken));
        }

        rows.Add(measurement.Row("trigrams with back-off", 2));
        rows.Add(measurement.Row("bigrams with back-off", 1));
        rows.Add(measurement.Row("unigrams", 0));
        return new RoleResult(
            RunSetup.Describe(device), parameters, tasks.Roles.Count, measurement.Roles, measurement.Episodes, plan.IsPrivate ? trainer.Ledger.Spent.Epsilon : null,
            plan.IsPrivate ? plan.NoiseMultiplier : null, training.Rounds, training.End != TrainingEnd.RoundsDone, seconds, population, rows);
    }

    private static string Spoken(string name, RoleOptions options) =>
        options.Epsilon is double epsilon ? FormattableString.Invariant($"{name}, ε = {epsilon}") : $"{name}, no privacy";

    private static MetaTrainer Compile(RoleOptions options, RoleTasks tasks, PrivacyPlan plan, Device device, PrivacyLedger? ledger)
    {
        try
        {
            return MetaTrainer.Compile(
                RoleNetwork.Model(options), RoleNetwork.Loss, RoleNetwork.Learner(options), tasks.InputShape, RoleNetwork.Optimizer(options), plan, device, ledger,
                new TrainerOptions { Seed = options.Seed }, tasks.TargetShape);
        }
        catch
        {
            ledger?.Dispose();
            throw;
        }
    }

    /// <summary>The same network trained on all roles without meta-learning and without privacy, and fine-tuned as the run adapts.</summary>
    private List<RoleRow> Joint(
        RoleOptions options, RoleTasks tasks, RoleMeasurement measurement, Device device, IProgressView progress, CancellationToken cancellationToken)
    {
        RoleOptions joint = options with { Learner = RoleLearner.Joint, Epsilon = null };
        using MetaTrainer trainer = Compile(joint, tasks, RoleNetwork.Plan(joint, tasks.Roles.Count), device, ledger: null);
        Train("all roles jointly", joint, trainer, tasks, measurement, save: null, progress, cancellationToken);
        return [.. Rows(joint, "all roles jointly, no privacy", trainer.Parameters(), measurement, progress)];
    }

    private static IEnumerable<RoleRow> Rows(RoleOptions options, string name, float[] parameters, RoleMeasurement measurement, IProgressView progress)
    {
        progress.Say($"Measuring: {name}, {measurement.Episodes} draws of {measurement.Roles} held-out roles.");
        Learner learner = RoleNetwork.Learner(options);
        yield return measurement.Row($"{name}, adapted in {options.AdaptSteps} steps", learner, parameters, options.AdaptSteps);
        yield return measurement.Row($"{name}, unadapted", learner, parameters, 0);
    }

    private (TrainResult Result, double Seconds) Train(
        string phase, RoleOptions options, MetaTrainer trainer, RoleTasks tasks, RoleMeasurement measurement, Action? save, IProgressView progress, CancellationToken cancellationToken)
    {
        Func<float[], double> follow = measurement.Follower(RoleNetwork.Learner(options), out IDisposable owned);
        using (owned)
        {
            RoleFollower follower = new(phase, options.Lot, trainer.Plan.IsPrivate, () => follow(trainer.Parameters()), save, progress, time);
            TrainResult result = trainer.TrainAsync(new RedrawnTasks(tasks, tasks.Roles.Count), follower, cancellationToken).GetAwaiter().GetResult();
            return (result, follower.Training.TotalSeconds);
        }
    }
}

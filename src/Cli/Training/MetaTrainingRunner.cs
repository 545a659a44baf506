using FastDPMeta.Cli.Commands;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy;
using FastDPMeta.Privacy.Auditing;
using FastDPMeta.Privacy.Ledger;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Cli.Training;

/// <summary>Trains with the library, measures on fresh tasks, and trains what a result is compared with.</summary>
internal sealed class MetaTrainingRunner(TimeProvider time) : ITrainingRunner
{
    private const int FreshAfterInterruption = 100;
    private const int FollowedSinusoids = 100;
    private const int FollowedEpisodes = 20;

    public TrainingResult Run(TrainingOptions options, RunSettings settings, RunFolder folder, IProgressView progress, CancellationToken cancellationToken)
    {
        RefuseExamples(options);
        using Device device = RunSetup.OpenDevice(settings);
        progress.Say(RunSetup.DeviceLine(device, settings));
        Experiment experiment = Experiment.Create(options, settings.DataFolder, progress, cancellationToken);
        using FreshTasks fresh = new(experiment, device);
        PrivacyPlan plan = RunSetup.Plan(options);
        foreach (string warning in plan.Warnings)
        {
            progress.Say($"Warning: {warning}");
        }

        string? population = plan.IsPrivate && experiment.Training is EpisodeTasks episodes ? Population.Save(episodes, options.Population, folder) : null;
        using Trainer trainer = Compile(experiment, device, plan, RunSetup.Ledger(plan, folder, settings));
        float[] untrained = trainer.Parameters();
        if (folder.Resuming)
        {
            trainer.Resume(folder.CheckpointPath);
        }
        else if (plan.IsPrivate)
        {
            trainer.Save(folder.CheckpointPath); // whatever is charged from here on can be gone on from
        }

        RoundFollower follower = Follower(RunSetup.Name(options), experiment, trainer, fresh, () => trainer.Save(folder.CheckpointPath), progress);
        TrainResult training = Train(trainer, experiment, follower, cancellationToken);
        trainer.Save(folder.CheckpointPath);
        trainer.Save(folder.ModelPath);
        List<Comparison> table = Compare(experiment, fresh, device, untrained, trainer.Parameters(), progress, cancellationToken);
        return Result(experiment, trainer, training, follower, table, device, Count(options, cancellationToken)) with { PopulationHash = population };
    }

    public Comparison Measure(TrainingOptions options, RunSettings settings, string modelPath, IProgressView progress)
    {
        using Device device = RunSetup.OpenDevice(settings);
        progress.Say(RunSetup.DeviceLine(device, settings));
        Experiment experiment = Experiment.Create(options, settings.DataFolder, progress, CancellationToken.None);
        float[] parameters = ModelParameters.Read(modelPath, experiment.Measured.Learned(experiment.Model, experiment.Shape));
        using FreshTasks fresh = new(experiment, device);
        return fresh.Compare(RunSetup.Name(options), parameters, options.Fresh);
    }

    public string Explain(TrainingOptions options, RunSettings settings)
    {
        RefuseExamples(options);
        using Device device = RunSetup.OpenDevice(settings);
        Experiment experiment = Experiment.Create(options, settings.DataFolder, new PlainProgress(TextWriter.Null, time), CancellationToken.None);
        PrivacyPlan plan = RunSetup.Plan(options);
        using Trainer trainer = Compile(experiment, device, plan, ledger: null);
        return $"""
            {plan.Describe()}

            {RunSetup.DeviceLine(device, settings)}
            Model: {experiment.Model}

            One task, before it is batched and differentiated:
            {experiment.Learner.TaskObjective(experiment.Model, experiment.Loss, experiment.Shape)}

            {trainer.Explain()}
            """;
    }

    public AuditReport Audit(TrainingOptions options, RunSettings settings, AuditOptions audit, IProgressView progress, CancellationToken cancellationToken)
    {
        RefuseExamples(options);
        using Device device = RunSetup.OpenDevice(settings);
        progress.Say(RunSetup.DeviceLine(device, settings));
        Experiment experiment = Experiment.Create(options, settings.DataFolder, progress, cancellationToken);
        using Trainer trainer = Compile(experiment, device, RunSetup.Plan(options), ledger: null);
        using PooledExamples examples = new(experiment.Training);
        return trainer is MetaTrainer meta
            ? meta.Audit(experiment.Training, audit, cancellationToken)
            : ((PrivateTrainer)trainer).Audit(examples, audit, cancellationToken);
    }

    private static void RefuseExamples(TrainingOptions options)
    {
        if (options.Unit == ProtectedUnit.Example && options.Learner != LearnerKind.Joint)
        {
            throw new CommandException(
                "--unit example: meta-learners clip what a whole task contributes, so their unit is the task. Use --unit task, or --learner joint.", ExitCode.Usage);
        }
    }

    private static Trainer Compile(Experiment experiment, Device device, PrivacyPlan plan, PrivacyLedger? ledger)
    {
        try
        {
            (Shape input, TrainerOptions how) = (experiment.Training.InputShape, new TrainerOptions { Seed = experiment.Options.Seed });
            return plan.Unit == PrivacyUnit.Task
                ? MetaTrainer.Compile(experiment.Model, experiment.Loss, experiment.Learner, input, experiment.Optimizer, plan, device, ledger, how)
                : PrivateTrainer.Compile(experiment.Model, experiment.Loss, input, Shape.Scalar, experiment.Optimizer, plan, device, ledger, how);
        }
        catch
        {
            ledger?.Dispose();
            throw;
        }
    }

    private static TrainResult Train(Trainer trainer, Experiment experiment, RoundFollower follower, CancellationToken cancellationToken)
    {
        follower.Start();
        using PooledExamples examples = new(experiment.Training);
        Task<TrainResult> training = trainer is MetaTrainer meta
            ? meta.TrainAsync(experiment.Training, follower, cancellationToken)
            : ((PrivateTrainer)trainer).TrainAsync(examples, follower, cancellationToken);
        return training.GetAwaiter().GetResult();
    }

    private RoundFollower Follower(string phase, Experiment experiment, Trainer trainer, FreshTasks fresh, Action? save, IProgressView progress)
    {
        int count = experiment.Options.Task == TaskFamily.Sinusoid ? FollowedSinusoids : FollowedEpisodes;
        return new RoundFollower(phase, experiment.Options.Lot, trainer.Plan.IsPrivate, () => fresh.Follow(trainer.Parameters(), count), save, progress, time, experiment.Options.Looks);
    }

    private static int Count(TrainingOptions options, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? FreshAfterInterruption
        : options.Fresh;

    /// <summary>The table: the run itself, then what it is compared with, all on the same fresh tasks. The run's own row comes first.</summary>
    private List<Comparison> Compare(
        Experiment experiment, FreshTasks fresh, Device device, float[] untrained, float[] trained, IProgressView progress, CancellationToken cancellationToken)
    {
        TrainingOptions options = experiment.Options;
        int count = Count(options, cancellationToken);
        List<Comparison> table = [];
        void Add(string name, FreshTasks tasks, float[] parameters)
        {
            string phase = $"measuring: {name}";
            progress.Report(new TrainingProgress(phase, 0, count, double.NaN, null, 0));
            table.Add(tasks.Compare(name, parameters, count));
            progress.Report(new TrainingProgress(phase, count, count, double.NaN, null, 0));
        }

        Add(RunSetup.Name(options), fresh, trained);
        if (options.Epsilon is not null && options.Twin && !cancellationToken.IsCancellationRequested)
        {
            Add("the same without privacy", fresh, TrainUnprotected("twin without privacy", experiment, fresh, device, progress, cancellationToken));
        }

        if (options.Task == TaskFamily.Sinusoid && options.Twin && !cancellationToken.IsCancellationRequested)
        {
            Experiment joint = experiment.Jointly();
            using FreshTasks jointly = new(joint, device);
            Add("pretrained on all tasks jointly, no privacy", jointly, TrainUnprotected("joint pretraining", joint, jointly, device, progress, cancellationToken));
        }

        Add("untrained", fresh, untrained);
        return table;
    }

    private float[] TrainUnprotected(string phase, Experiment experiment, FreshTasks fresh, Device device, IProgressView progress, CancellationToken cancellationToken)
    {
        using Trainer trainer = Compile(experiment, device, RunSetup.Unprotected(experiment.Options), ledger: null);
        Train(trainer, experiment, Follower(phase, experiment, trainer, fresh, save: null, progress), cancellationToken);
        return trainer.Parameters();
    }

    private static TrainingResult Result(
        Experiment experiment, Trainer trainer, TrainResult training, RoundFollower follower, List<Comparison> table, Device device, int freshTasks)
    {
        TrainingOptions options = experiment.Options;
        bool isPrivate = trainer.Plan.IsPrivate;
        float[] parameters = trainer.Parameters();
        return new TrainingResult
        {
            Device = RunSetup.Describe(device),
            Epsilon = isPrivate ? trainer.Ledger.Spent.Epsilon : null,
            NoiseMultiplier = isPrivate ? trainer.Plan.NoiseMultiplier : null,
            Rounds = training.Rounds,
            Stopped = training.End != TrainingEnd.RoundsDone,
            BudgetSpent = training.End == TrainingEnd.BudgetSpent,
            Metric = experiment.Loss.MetricName,
            Normalization = experiment.Normalization,
            Before = table[^1].After,
            After = table[0].After,
            Ci95 = table[0].Ci95,
            NonPrivate = !isPrivate ? table[0].After : options.Twin && table.Count > 2 ? table[1].After : null,
            FreshTasks = freshTasks,
            Seconds = follower.Training.TotalSeconds,
            AllocatedBytesPerRound = follower.AllocatedBytesPerRound,
            NonFiniteUnits = training.NotFinite,
            Comparisons = table,
            History = follower.History,
            Sinusoids = options.Task == TaskFamily.Sinusoid ? Portraits.Sinusoids(experiment, parameters, device) : [],
            Episodes = options.Task == TaskFamily.Omniglot ? Portraits.OfEpisodes(experiment, parameters, device) : [],
        };
    }
}

using FastDPMeta.Cli.Data;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy;
using FastDPMeta.Privacy.Auditing;
using FastDPMeta.Privacy.Ledger;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Cli.Training;

/// <summary>Trains on plain examples, each protected, and measures on those that were held out.</summary>
internal sealed class ExampleTrainingRunner(TimeProvider time) : ITrainingRunner
{
    private const int Followed = 2000;
    private const double FinalRate = 0.1; // of the first: late rounds average out the noise of sampling and of privacy
    private const double Momentum = 0.9;

    public TrainingResult Run(TrainingOptions options, RunSettings settings, RunFolder folder, IProgressView progress, CancellationToken cancellationToken)
    {
        using Device device = RunSetup.OpenDevice(settings);
        progress.Say(RunSetup.DeviceLine(device, settings));
        PrivacyPlan plan = RunSetup.Plan(options);
        foreach (string warning in plan.Warnings)
        {
            progress.Say($"Warning: {warning}");
        }

        MnistSet data = MnistSource.Open(settings.DataFolder, progress, cancellationToken);
        using PrivateTrainer trainer = Compile(options, device, plan, RunSetup.Ledger(plan, folder, settings));
        ExampleScores untrained = trainer.Evaluate(data.Test, data.Test.Count);
        if (folder.Resuming)
        {
            trainer.Resume(folder.CheckpointPath);
        }
        else if (plan.IsPrivate)
        {
            trainer.Save(folder.CheckpointPath); // whatever is charged from here on can be gone on from
        }

        RoundFollower follower = Follower(options, RunSetup.Name(options), trainer, data, () => trainer.Save(folder.CheckpointPath), progress);
        TrainResult training = Train(trainer, data, follower, cancellationToken);
        trainer.Save(folder.CheckpointPath);
        trainer.Save(folder.ModelPath);
        List<Comparison> table = [Row(RunSetup.Name(options), trainer.Evaluate(data.Test, data.Test.Count))];
        if (plan.IsPrivate && options.Twin && !cancellationToken.IsCancellationRequested)
        {
            using PrivateTrainer twin = Compile(options, device, RunSetup.Unprotected(options), ledger: null);
            Train(twin, data, Follower(options, "twin without privacy", twin, data, save: null, progress), cancellationToken);
            table.Add(Row("the same without privacy", twin.Evaluate(data.Test, data.Test.Count)));
        }

        table.Add(Row("untrained", untrained));
        return Result(trainer, training, follower, table, device, data.Test.Count) with { Normalization = options.Groups > 0 ? SummaryJson.Name(NormKind.Group) : SummaryJson.Name(NormKind.None) };
    }

    public Comparison Measure(TrainingOptions options, RunSettings settings, string modelPath, IProgressView progress) =>
        throw new NotSupportedException("Plain training has no tasks to measure on.");

    public string Explain(TrainingOptions options, RunSettings settings)
    {
        using Device device = RunSetup.OpenDevice(settings);
        PrivacyPlan plan = RunSetup.Plan(options);
        using PrivateTrainer trainer = Compile(options, device, plan, ledger: null);
        return $"""
            {plan.Describe()}

            {RunSetup.DeviceLine(device, settings)}
            Model: {Model(options)}
            {ModelCheck.Explain(Model(options), Loss.CrossEntropy, MnistSet.ImageShape, plan: plan)}

            {trainer.Explain()}
            """;
    }

    public AuditReport Audit(TrainingOptions options, RunSettings settings, AuditOptions audit, IProgressView progress, CancellationToken cancellationToken)
    {
        using Device device = RunSetup.OpenDevice(settings);
        progress.Say(RunSetup.DeviceLine(device, settings));
        MnistSet data = MnistSource.Open(settings.DataFolder, progress, cancellationToken);
        using PrivateTrainer trainer = Compile(options, device, RunSetup.Plan(options), ledger: null);
        return trainer.Audit(data.Training, audit, cancellationToken);
    }

    private static Sequential Model(TrainingOptions options) => Models.MnistConv(options.Filters, options.Groups);

    private static PrivateTrainer Compile(TrainingOptions options, Device device, PrivacyPlan plan, PrivacyLedger? ledger)
    {
        try
        {
            Schedule rate = Schedule.Cosine(options.Rate, options.Rate * FinalRate, options.Rounds);
            Optimizer optimizer = options.Learner == LearnerKind.Adam ? Optimizer.Adam(rate) : Optimizer.Sgd(rate, Momentum);
            TrainerOptions how = new() { Seed = options.Seed };
            return PrivateTrainer.Compile(Model(options), Loss.CrossEntropy, MnistSet.ImageShape, Shape.Scalar, optimizer, plan, device, ledger, how);
        }
        catch
        {
            ledger?.Dispose();
            throw;
        }
    }

    private static TrainResult Train(PrivateTrainer trainer, MnistSet data, RoundFollower follower, CancellationToken cancellationToken)
    {
        follower.Start();
        return trainer.TrainAsync(data.Training, follower, cancellationToken).GetAwaiter().GetResult();
    }

    private RoundFollower Follower(TrainingOptions options, string phase, PrivateTrainer trainer, MnistSet data, Action? save, IProgressView progress) => new(
        phase, trainer.Plan.ExpectedLot, trainer.Plan.IsPrivate, () => trainer.Evaluate(data.Test, Followed).Loss, save, progress, time, options.Looks, "examples");

    private static Comparison Row(string name, ExampleScores scores) => new(name, null, scores.Metric, scores.Interval95);

    private static TrainingResult Result(PrivateTrainer trainer, TrainResult training, RoundFollower follower, List<Comparison> table, Device device, int count)
    {
        bool isPrivate = trainer.Plan.IsPrivate;
        return new TrainingResult
        {
            Device = RunSetup.Describe(device),
            Epsilon = isPrivate ? trainer.Ledger.Spent.Epsilon : null,
            NoiseMultiplier = isPrivate ? trainer.Plan.NoiseMultiplier : null,
            Rounds = training.Rounds,
            Stopped = training.End != TrainingEnd.RoundsDone,
            BudgetSpent = training.End == TrainingEnd.BudgetSpent,
            Metric = Loss.CrossEntropy.MetricName,
            Before = table[^1].After,
            After = table[0].After,
            Ci95 = table[0].Ci95,
            NonPrivate = !isPrivate ? table[0].After : table.Count > 2 ? table[1].After : null,
            FreshTasks = count,
            Seconds = follower.Training.TotalSeconds,
            AllocatedBytesPerRound = follower.AllocatedBytesPerRound,
            NonFiniteUnits = training.NotFinite,
            Comparisons = table,
            History = follower.History,
        };
    }
}

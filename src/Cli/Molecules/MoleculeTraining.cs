using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy;
using FastDPMeta.Privacy.Ledger;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Cli.Molecules;

/// <summary>
/// Trains an embedding of fingerprints. Unit compound: a network that predicts all training assays at once, one structure with all its labels being one
/// example, so that the clip bounds what a compound adds however many assays measured it. Unit assay: prototypical networks, one assay being one task.
/// </summary>
/// <param name="options">How.</param>
/// <param name="assays">On what.</param>
/// <param name="device">Where.</param>
/// <param name="folder">Where ledgers and models go.</param>
/// <param name="progress">Who is told.</param>
/// <param name="time">For times.</param>
internal sealed class MoleculeTraining(MoleculeOptions options, MoleculeAssays assays, Device device, RunFolder folder, IProgressView progress, TimeProvider time)
{
    private const double FinalRate = 0.1; // of the first: late rounds average out the noise of sampling and of privacy
    private const double Momentum = 0.9;

    /// <summary>One training.</summary>
    /// <param name="epsilon">Its budget, infinite for none.</param>
    /// <param name="key">Number of the training under this budget.</param>
    /// <param name="cancellationToken">Stops with an exception.</param>
    internal TrainedEmbedding Run(double epsilon, int key, CancellationToken cancellationToken)
    {
        string name = $"{MoleculeSettings.BudgetText(epsilon)}-{key + 1}";
        return options.Unit == MoleculeUnit.Compound ? OfCompounds(epsilon, key, name, cancellationToken) : OfAssays(epsilon, key, name, cancellationToken);
    }

    /// <summary>The embedding before any training: what a budget of 0 gives.</summary>
    internal float[][] Untrained()
    {
        Layer model = options.Unit == MoleculeUnit.Compound ? FingerprintNetwork.Panel(options, assays.Training.Count) : FingerprintNetwork.Embedding(options);
        return FingerprintNetwork.Embed(options, assays.Training.Count, model.Initialize(options.Seed), assays.Set, device);
    }

    private TrainedEmbedding OfCompounds(double epsilon, int key, string name, CancellationToken cancellationToken)
    {
        PrivacyPlan plan = Plan(PrivacyUnit.Example, assays.Panel.Count, epsilon);
        using PrivateTrainer trainer = PrivateTrainer.Compile(
            FingerprintNetwork.Panel(options, assays.Training.Count),
            Loss.MaskedBinaryCrossEntropy,
            assays.Panel.InputShape,
            assays.Panel.TargetShape,
            Update(),
            plan,
            device,
            Ledger(plan, name),
            How(key));
        return Follow(trainer, follower => trainer.TrainAsync(assays.Panel, follower, cancellationToken), name);
    }

    private TrainedEmbedding OfAssays(double epsilon, int key, string name, CancellationToken cancellationToken)
    {
        AssayTasks tasks = new(assays.Set, assays.Training, options.Shot, options.Query, options.Seed, options.HeldOut);
        PrivacyPlan plan = Plan(PrivacyUnit.Task, tasks.Count, epsilon);

        // Squared distances between embeddings whose numbers have mean square 1 grow with their count.
        ProtoNet learner = new(new ProtoNetOptions { Way = tasks.Way, Shot = options.Shot, Query = options.Query, Temperature = options.Temperature * FingerprintNetwork.EmbeddingWidth(options) });
        using MetaTrainer trainer = MetaTrainer.Compile(
            FingerprintNetwork.Embedding(options), Loss.CrossEntropy, learner, tasks.InputShape, Update(), plan, device, Ledger(plan, name), How(key));
        return Follow(trainer, follower => trainer.TrainAsync(tasks, follower, cancellationToken), name);
    }

    private TrainedEmbedding Follow(Trainer trainer, Func<IProgress<RoundReport>, Task<TrainResult>> train, string name)
    {
        bool isPrivate = trainer.Plan.IsPrivate;
        foreach (string warning in trainer.Plan.Warnings)
        {
            progress.Say($"Warning: {warning}");
        }

        // The loss of a private lot is outside of ε, and there is no public one: it is not shown.
        RoundFollower follower = new(
            $"training, ε = {name}", trainer.Plan.ExpectedLot, isPrivate, () => double.NaN, null, progress, time, looks: 1, options.Unit == MoleculeUnit.Compound ? "compounds" : "assays");
        follower.Start();
        TrainResult result = train(follower).GetAwaiter().GetResult();
        if (result.End == TrainingEnd.Cancelled)
        {
            throw new OperationCanceledException("Stopped before the training was whole; nothing was measured.");
        }

        trainer.Save(folder.PathOf($"model-{name}.safetensors"));
        float[][] vectors = FingerprintNetwork.Embed(options, assays.Training.Count, trainer.Parameters(), assays.Set, device);
        return new TrainedEmbedding(
            vectors,
            isPrivate ? trainer.Ledger.Spent.Epsilon : null,
            isPrivate ? trainer.Plan.NoiseMultiplier : null,
            trainer.Plan.Population,
            trainer.ParameterCount,
            result.Rounds,
            follower.Training.TotalSeconds);
    }

    private PrivacyPlan Plan(PrivacyUnit unit, int population, double epsilon)
    {
        int lot = Math.Min(options.Lot, population);
        return double.IsPositiveInfinity(epsilon)
            ? PrivacyPlan.None(unit, population, lot, options.Rounds)
            : new PrivacyPlanBuilder().Poisson(population, lot, options.Rounds).Protect(unit).Within(new PrivacyBudget(epsilon, options.Delta)).ClipTo((float)options.Clip).Build();
    }

    private PrivacyLedger? Ledger(PrivacyPlan plan, string name) => plan.IsPrivate ? PrivacyLedger.Create(folder.PathOf($"privacy-{name}.ledger"), null, plan) : null;

    private Optimizer Update()
    {
        Schedule rate = Schedule.Cosine(options.Rate, options.Rate * FinalRate, options.Rounds);
        return options.Optimizer == MoleculeOptimizer.Adam
            ? Optimizer.AdamW(rate, weightDecay: options.WeightDecay)
            : Optimizer.Sgd(rate, Momentum, weightDecay: options.WeightDecay);
    }

    private TrainerOptions How(int key) => new() { Seed = options.Seed + (ulong)key };
}

using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Ledger;
using FastDPMeta.Privacy.Mechanisms;
using FastDPMeta.Privacy.Sampling;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Cli.Recommendation;

/// <summary>
/// One way to predict ratings, learned from the training people: movies' offsets are counted, once, then the prior of every person's head over offset and public features (and embeddings,
/// where asked for) is meta-learned. Both releases are charged to one ledger, whose budget is the run's.
/// </summary>
internal sealed class Recommender : IDisposable
{
    private const double FinalRate = 0.1;

    private readonly RecommendOptions _options;
    private readonly MovieLensSet _data;
    private readonly Device _device;
    private readonly ItemFeatures _features;
    private BiasModel? _counted;
    private readonly ItemEncoder _model;
    private readonly GaussianHead _head;
    private readonly MetaTrainer _trainer;

    /// <summary>Counts offsets (charged, if private) and compiles training.</summary>
    internal Recommender(RecommendOptions options, MovieLensSet data, Device device, string? ledgerPath)
    {
        (_options, _data, _device) = (options, data, device);
        IReadOnlyList<RatedItems> people = data.UsersIn(UserSplit.Train);
        (PrivacyPlan plan, double offsetNoise) = Plan(options, people.Count);
        PrivacyLedger? ledger = !plan.IsPrivate ? null : ledgerPath is null ? PrivacyLedger.InMemory(plan) : PrivacyLedger.Create(ledgerPath, plan);
        try
        {
            _features = Features(options, people, data, offsetNoise, ledger);
            _model = new ItemEncoder(data.Movies.Count, _features.Width, options.Embedding);
            _head = new GaussianHead(HeadOptions(options, _features));
            _trainer = MetaTrainer.Compile(
                _model, Loss.MeanSquaredError, _head, Tasks().InputShape, Outer(options), plan, device, ledger, new TrainerOptions { Seed = options.Seed });
        }
        catch
        {
            ledger?.Dispose();
            throw;
        }
    }

    /// <summary>Numbers learned by gradients.</summary>
    internal int Parameters => _head.Learned(_model, TaskShape).Layout.TrainableCount;

    /// <summary>Numbers that a run with these options learns by gradients.</summary>
    internal static int CountParameters(RecommendOptions options, MovieLensSet data)
    {
        ItemFeatures features = ItemFeatures.Public(data.Movies);
        double[] nothing = new double[data.Movies.Count];
        features = options.OffsetShare == 0 ? features : features.WithCounts(nothing, nothing);
        GaussianHead head = new(HeadOptions(options, features));
        return head.Learned(new ItemEncoder(data.Movies.Count, features.Width, options.Embedding), head.Options.TaskShape(new Shape(1 + features.Width))).Layout.TrainableCount;
    }


    private TaskShape TaskShape => TaskShape.Of(Tasks());

    /// <summary>The ledger's ε so far, of both releases; null without privacy.</summary>
    internal double? Epsilon => _trainer.Plan.IsPrivate ? _trainer.Ledger.Spent.Epsilon : null;

    /// <summary>What is charged besides offsets.</summary>
    internal PrivacyPlan TrainingPlan => _trainer.Plan;

    /// <summary>Trains to the end or to a cancellation.</summary>
    internal void Train(string phase, IProgressView progress, CancellationToken cancellationToken)
    {
        RedrawnTasks tasks = new(Tasks(), _data.UsersIn(UserSplit.Train).Count);
        Progress<RoundReport> rounds = new(report => progress.Report(new TrainingProgress(phase, report.Round, report.Rounds, double.NaN, Epsilon, 0, "people")));
        _trainer.TrainAsync(tasks, rounds, cancellationToken).GetAwaiter().GetResult();
    }

    /// <summary>Scores on people who were not learned from.</summary>
    internal RecommendRow Row(string name, RecommendExam exam) => new(name, Parameters, Epsilon, exam.Ask(_model, _head, _trainer.Parameters(), _features, _device));

    internal void Save(string path) => _trainer.Save(path);

    public void Dispose() => _trainer.Dispose();

    private ITaskSource Tasks()
    {
        IReadOnlyList<RatedItems> people = _data.UsersIn(UserSplit.Train);
        return _options.Goal == RecommendGoal.Ratings
            ? new RatingTasks(people, _features, _options.Known, _options.Query, _options.Seed, TaskSplit.Training, _counted)
            : new ChoiceTasks(people, _features, _options.Known, _options.Query, _options.Seed, _counted);
    }

    /// <summary>The plan of training within the whole budget, its noise calibrated so that offsets fit in too, and the noise of those.</summary>
    private static (PrivacyPlan Plan, double OffsetNoise) Plan(RecommendOptions options, int people)
    {
        int lot = options.Lot == 0 ? people : Math.Min(options.Lot, people);
        if (options.Epsilon is not double epsilon)
        {
            return (PrivacyPlan.None(PrivacyUnit.Task, people, lot, options.Rounds), 0);
        }

        if (options.OffsetShare == 0)
        {
            return (new PrivacyPlanBuilder().Protect(PrivacyUnit.Task).Within(new PrivacyBudget(epsilon, options.Delta)).Poisson(people, lot, options.Rounds).ClipTo((float)options.Clip).Build(), 0);
        }

        // Without sampling 1/σ² of the releases add up to that of one; with it the weights are those of the same shares, calibrated together.
        SamplingScheme sampling = SamplingScheme.Poisson(people, lot);
        IReadOnlyList<double> noise = BudgetSplit.LedgerNoiseMultipliers(
            [ItemOffsets.Event, sigma => new SelfComposedEvent(sampling.Event(sigma), options.Rounds)],
            [1 / Math.Sqrt(options.OffsetShare), Math.Sqrt(options.Rounds / (1 - options.OffsetShare)) * lot / people],
            epsilon,
            options.Delta);
        PrivacyPlan plan = new PrivacyPlanBuilder().Protect(PrivacyUnit.Task).Within(new PrivacyBudget(epsilon, options.Delta))
            .Poisson(people, lot, options.Rounds).ClipTo((float)options.Clip).NoiseMultiplier(noise[1]).Build();
        return (plan, noise[0]);
    }

    /// <summary>Public features, and offsets and popularity: counted, or released once with noise and charged before.</summary>
    private ItemFeatures Features(RecommendOptions options, IReadOnlyList<RatedItems> people, MovieLensSet data, double noise, PrivacyLedger? ledger)
    {
        const double Evidence = 2; // deviations of the noise that a count must exceed to count at all
        ItemFeatures catalogue = ItemFeatures.Public(data.Movies);
        if (options.OffsetShare == 0)
        {
            return catalogue;
        }

        if (ledger is null)
        {
            _counted = new BiasModel(people, data.Movies.Count);
            return catalogue.WithCounts(_counted.Offsets, _counted.Counts);
        }

        ledger.Charge(ItemOffsets.Event(noise), 0);
        ItemOffsets released = ItemOffsets.Release(people, data.Movies.Count, noise, new ItemOffsetOptions { Clip = options.OffsetClip, CountWeight = options.CountWeight });
        return catalogue.WithCounts(released.Offsets, [.. released.Counts.Select(count => Math.Max(0, count - (Evidence * released.CountDeviation)))]);
    }

    private static GaussianHeadOptions HeadOptions(RecommendOptions options, ItemFeatures features)
    {
        bool learnsOffset = options.OffsetShare == 0 && options.Embedding > 0;
        (double Mean, double Variance)[] priors =
        [
            .. features.Names.Select((name, column) => Prior(options, name, column)),
            .. Enumerable.Range(0, options.Embedding).Select(number => learnsOffset && number == 0 ? (1, options.OffsetOfMovie) : (0.0, 1.0)),
        ];
        return new GaussianHeadOptions
        {
            Shot = options.Goal == RecommendGoal.Ratings ? options.Known : options.Known * (1 + ChoiceTasks.Others),
            Query = options.Goal == RecommendGoal.Ratings ? options.Query : options.Query * (1 + ChoiceTasks.Others),
            Mean = [.. priors.Select(prior => prior.Mean)],
            Variance = [.. priors.Select(prior => prior.Variance)],
            Noise = options.Noise,
            LearnsMean = options.LearnMean,
            LearnsVariance = options.LearnVariance,
        };
    }

    /// <summary>What a person's weight of a feature is before anything is learned: movies' offsets are followed, all else is a matter of taste.</summary>
    private static (double Mean, double Variance) Prior(RecommendOptions options, string name, int column) => name switch
    {
        ItemFeatures.OffsetName => (options.Goal == RecommendGoal.Ratings ? 1 : 0, options.OffsetOfMovie),
        ItemFeatures.PopularityName => (0, options.Popularity),
        _ when column == 0 => (0, options.OffsetOfPerson),
        _ when name.StartsWith("year", StringComparison.Ordinal) => (0, options.Year),
        _ => (0, options.Genre),
    };

    private static Optimizer Outer(RecommendOptions options)
    {
        Schedule rate = Schedule.Cosine(options.Rate, options.Rate * FinalRate, options.Rounds);
        return options.Adam ? Optimizer.Adam(rate, weightDecay: options.WeightDecay) : Optimizer.Sgd(rate, options.Momentum, weightDecay: options.WeightDecay);
    }
}

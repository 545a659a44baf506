using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;
using FastDPMeta.Privacy.Auditing;

namespace FastDPMeta.Cli.Tests.Training;

/// <summary>Trains nothing: reports rounds and returns a result with every field set, as a real runner would.</summary>
internal sealed class PretendRunner : ITrainingRunner
{
    public TrainingOptions? Options { get; private set; }

    public RunSettings? Settings { get; private set; }

    public bool Resumed { get; private set; }

    /// <summary>Thrown after the first round, once the ledger has been charged.</summary>
    public Exception? FailsWith { get; init; }

    /// <summary>Keeps the ledger locked while it runs, as a real one does.</summary>
    public bool HoldsLedger { get; init; }

    /// <summary>Thrown before anything is charged.</summary>
    public Exception? FailsAtStartWith { get; init; }

    /// <summary>Called after the first round, as a user's Ctrl-C would come.</summary>
    public Action? AfterFirstRound { get; init; }

    public TrainingResult Run(TrainingOptions options, RunSettings settings, RunFolder folder, IProgressView progress, CancellationToken cancellationToken)
    {
        (Options, Settings, Resumed) = (options, settings, folder.Resuming);
        progress.Say("cpu: asked for by name");
        Throw(FailsAtStartWith);
        if (!folder.Resuming)
        {
            File.AppendAllText(folder.LedgerPath, "plan\n");
        }

        List<RoundPoint> history = [];
        for (int round = 1; round <= options.Rounds && !cancellationToken.IsCancellationRequested; round++)
        {
            File.AppendAllText(folder.LedgerPath, "charged\n");
            history.Add(new RoundPoint(round, 4.0 / round, options.Epsilon * round / options.Rounds));
            progress.Report(new TrainingProgress("maml", round, options.Rounds, 4.0 / round, options.Epsilon * round / options.Rounds, 1000));
            using FileStream? held = HoldsLedger ? new FileStream(folder.LedgerPath, FileMode.Open, FileAccess.ReadWrite, FileShare.None) : null;
            Throw(FailsWith);
            AfterFirstRound?.Invoke();
        }

        folder.WriteWhole(Path.GetFileName(folder.CheckpointPath), "checkpoint");
        folder.WriteWhole(Path.GetFileName(folder.ModelPath), "model");
        return Result(options, history);
    }

    public Comparison Measure(TrainingOptions options, RunSettings settings, string modelPath, IProgressView progress)
    {
        (Options, Settings) = (options, settings);
        return new Comparison(File.ReadAllText(modelPath), 3.5, 0.625, 0.05);
    }

    public string Explain(TrainingOptions options, RunSettings settings) => $"{options.Task} on {settings.Device}";

    /// <summary>Whether an audit finds the promise broken.</summary>
    public bool AuditFails { get; init; }

    public AuditOptions? AuditOptions { get; private set; }

    public AuditReport Audit(TrainingOptions options, RunSettings settings, AuditOptions audit, IProgressView progress, CancellationToken cancellationToken)
    {
        AuditOptions = audit;
        return new AuditReport(
            new ReleaseAudit(100, 0.3, 0.1, 0.999, [new ReleaseFinding("logits.weight", AuditFails ? 2 : 0)]),
            new TrainingAudit(5, 1, 3, new OneRunResult(100, 50, 25, 1e-5, 0.999, 0), new MembershipReport(50, 50, 0.5, 0, []), null));
    }

    internal static TrainingResult Result(TrainingOptions options, IReadOnlyList<RoundPoint> history) => new()
    {
        Device = "cpu (AVX2, 2 threads)",
        Epsilon = options.Epsilon is null ? null : 2.99,
        NoiseMultiplier = options.Epsilon is null ? null : 0.8,
        Rounds = history.Count,
        Stopped = history.Count < options.Rounds,
        Metric = options.Task == TaskFamily.Sinusoid ? "mean squared error" : "accuracy",
        Before = 3.5,
        After = 0.6,
        Ci95 = 0.05,
        NonPrivate = 0.2,
        FreshTasks = 1000,
        Seconds = 12.5,
        AllocatedBytesPerRound = 0,
        NonFiniteUnits = 0,
        Comparisons = [new Comparison("untrained", 4.1, 3.6, 0.1), new Comparison("private", 3.5, 0.6, 0.05)],
        History = history,
        Sinusoids = options.Task == TaskFamily.Sinusoid ? [.. Enumerable.Range(1, 3).Select(SampleSinusoid)] : [],
        Episodes = options.Task == TaskFamily.Omniglot ? [SampleEpisode(), SampleEpisode()] : [],
    };

    internal static SinusoidAdaptation SampleSinusoid(int amplitude)
    {
        double[] x = [.. Enumerable.Range(0, 101).Select(i => -5 + (i * 0.1))];
        double[] truth = [.. x.Select(value => amplitude * Math.Sin(value - 1))];
        double[] support = [-4, -2, 0, 0.5, 1, 2, 2.5, 3, 4, 4.5];
        return new SinusoidAdaptation(
            x,
            truth,
            [(0, [.. truth.Select(_ => 0.1)]), (1, [.. truth.Select(y => y * 0.5)]), (10, [.. truth.Select(y => y * 0.95)])],
            support,
            [.. support.Select(value => amplitude * Math.Sin(value - 1))]);
    }

    internal static EpisodeAdaptation SampleEpisode()
    {
        const int Side = 28;
        float[] Images(int count) => [.. Enumerable.Range(0, count * Side * Side).Select(i => i / Side % 9 < 3 ? 1f : 0f)];
        return new EpisodeAdaptation(Side, Images(5), 1, Images(15), [.. Enumerable.Range(0, 15).Select(i => i / 3)], [.. Enumerable.Range(0, 15).Select(i => i % 4 == 0 ? 1 : i / 3)]);
    }

    private static void Throw(Exception? exception)
    {
        if (exception is not null)
        {
            throw exception;
        }
    }
}

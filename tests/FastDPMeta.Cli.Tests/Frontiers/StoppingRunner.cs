using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;
using FastDPMeta.Privacy.Auditing;

namespace FastDPMeta.Cli.Tests.Frontiers;

/// <summary>Trains for real; in one of the trainings Ctrl-C comes after the first round.</summary>
/// <param name="stop">What Ctrl-C cancels.</param>
/// <param name="inTraining">In which training, from 0; negative for none.</param>
internal sealed class StoppingRunner(CancellationTokenSource stop, int inTraining) : ITrainingRunner
{
    private readonly TrainingRunner _runner = new(TimeProvider.System);

    /// <summary>Budget, seed and whether it was resumed, of every training begun.</summary>
    public List<(double? Epsilon, ulong Seed, bool Resumed)> Begun { get; } = [];

    public TrainingResult Run(TrainingOptions options, RunSettings settings, RunFolder folder, IProgressView progress, CancellationToken cancellationToken)
    {
        bool stops = Begun.Count == inTraining;
        Begun.Add((options.Epsilon, options.Seed, folder.Resuming));
        return _runner.Run(options, settings, folder, stops ? new StoppingView(stop) : progress, cancellationToken);
    }

    public Comparison Measure(TrainingOptions options, RunSettings settings, string modelPath, IProgressView progress) =>
        _runner.Measure(options, settings, modelPath, progress);

    public string Explain(TrainingOptions options, RunSettings settings) => _runner.Explain(options, settings);

    public AuditReport Audit(TrainingOptions options, RunSettings settings, AuditOptions audit, IProgressView progress, CancellationToken cancellationToken) =>
        _runner.Audit(options, settings, audit, progress, cancellationToken);

    /// <summary>Cancels when the first round is reported.</summary>
    private sealed class StoppingView(CancellationTokenSource stop) : IProgressView
    {
        public void Report(in TrainingProgress progress) => stop.Cancel();

        public void Say(string sentence)
        {
        }
    }
}

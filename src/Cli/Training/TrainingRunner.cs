using FastDPMeta.Cli.Terminal;
using FastDPMeta.Privacy.Auditing;

namespace FastDPMeta.Cli.Training;

/// <summary>Gives each run to who can do it: tasks to the meta-learner, plain examples to plain training.</summary>
internal sealed class TrainingRunner(TimeProvider time) : ITrainingRunner
{
    public TrainingResult Run(TrainingOptions options, RunSettings settings, RunFolder folder, IProgressView progress, CancellationToken cancellationToken) =>
        For(options).Run(options, settings, folder, progress, cancellationToken);

    public Comparison Measure(TrainingOptions options, RunSettings settings, string modelPath, IProgressView progress) => For(options).Measure(options, settings, modelPath, progress);

    public string Explain(TrainingOptions options, RunSettings settings) => For(options).Explain(options, settings);

    public AuditReport Audit(TrainingOptions options, RunSettings settings, AuditOptions audit, IProgressView progress, CancellationToken cancellationToken) =>
        For(options).Audit(options, settings, audit, progress, cancellationToken);

    private ITrainingRunner For(TrainingOptions options) => options.HasTasks ? new MetaTrainingRunner(time) : new ExampleTrainingRunner(time);
}

using FastDPMeta.Cli.Terminal;
using FastDPMeta.Privacy.Auditing;

namespace FastDPMeta.Cli.Training;

/// <summary>What the command needs of the machinery that trains. It never prints; it reports.</summary>
internal interface ITrainingRunner
{
    /// <summary>
    /// Trains, measures on fresh tasks and leaves model and checkpoint in the folder. Cancellation ends training after the current
    /// round with a checkpoint and an exact ledger, and the result says so; it does not throw.
    /// </summary>
    TrainingResult Run(TrainingOptions options, RunSettings settings, RunFolder folder, IProgressView progress, CancellationToken cancellationToken);

    /// <summary>The model of a run on fresh tasks; a learner of tasks only.</summary>
    /// <param name="options">Those of the run, with the shape and the number of the fresh tasks.</param>
    /// <param name="settings">Where to run.</param>
    /// <param name="modelPath">The run's model.</param>
    /// <param name="progress">Told which device it is.</param>
    Comparison Measure(TrainingOptions options, RunSettings settings, string modelPath, IProgressView progress);

    /// <summary>The computation, its kernels, launches and bytes, as text.</summary>
    string Explain(TrainingOptions options, RunSettings settings);

    /// <summary>Audits the training that the options describe; leaves nothing behind. Cancellation throws.</summary>
    AuditReport Audit(TrainingOptions options, RunSettings settings, AuditOptions audit, IProgressView progress, CancellationToken cancellationToken);
}

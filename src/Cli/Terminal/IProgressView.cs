using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Terminal;

/// <summary>Shows how far a run is. Cheap to call each round: what comes too soon after the last is dropped.</summary>
internal interface IProgressView
{
    /// <summary>The latest state. Called from one thread at a time.</summary>
    void Report(in TrainingProgress progress);

    /// <summary>A sentence worth a line of its own, as why a device was chosen.</summary>
    void Say(string sentence);
}

using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Terminal;

/// <summary>A line now and then, for logs and pipes.</summary>
internal sealed class PlainProgress(TextWriter output, TimeProvider time) : IProgressView
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private string _phase = "";
    private long _phaseStart;
    private long _lastLine;

    public void Report(in TrainingProgress progress)
    {
        long now = time.GetTimestamp();
        bool fresh = progress.Phase != _phase;
        if (fresh)
        {
            _phase = progress.Phase;
            _phaseStart = now;
        }

        bool done = progress.Round == progress.Rounds;
        if (!fresh && !done && time.GetElapsedTime(_lastLine, now) < Pause)
        {
            return;
        }

        _lastLine = now;
        TimeSpan? left = done ? null : ProgressText.Left(time.GetElapsedTime(_phaseStart, now), progress.Round, progress.Rounds);
        output.WriteLine(ProgressText.Line(progress, left));
    }

    public void Say(string sentence) => output.WriteLine(sentence);
}

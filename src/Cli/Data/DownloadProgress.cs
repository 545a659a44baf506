using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Data;

/// <summary>Shows a download where a run shows its rounds.</summary>
internal sealed class DownloadProgress(IProgressView progress) : IDownloadView
{
    private readonly Lock _gate = new();

    // Decoding reports from several threads, and counts only up.
    private string _step = "";
    private long _done;

    public void Report(string step, long done, long? total)
    {
        lock (_gate)
        {
            if (step == _step && done < _done)
            {
                return;
            }

            (_step, _done) = (step, done);
            bool bytes = step.StartsWith("downloading", StringComparison.Ordinal);
            int unit = bytes ? 1024 : 1;
            progress.Report(new TrainingProgress(bytes ? $"{step} (KiB)" : step, (int)(done / unit), (int)((total ?? done) / unit), double.NaN, null, 0));
        }
    }
}

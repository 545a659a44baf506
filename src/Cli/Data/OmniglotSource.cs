using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Data;

/// <summary>Where a run gets Omniglot: from <c>--data</c>, else from the cache, else from its original home.</summary>
internal static class OmniglotSource
{
    /// <exception cref="DataFileException">It can't be had; one line says what to do.</exception>
    internal static OmniglotSet Open(string? dataFolder, IProgressView progress, CancellationToken cancellationToken)
    {
        if (dataFolder is not null)
        {
            return OmniglotSet.Load(dataFolder);
        }

        using HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan }; // silence has its own limit; a slow line may take its time
        OmniglotDownload download = new(client, Path.Combine(DataCache.Folder, "omniglot"), TimeProvider.System);
        return download.GetAsync(new View(progress), cancellationToken).GetAwaiter().GetResult();
    }

    private sealed class View(IProgressView progress) : IDownloadView
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
}

using FastDPMeta.Cli.Terminal;
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
        return download.GetAsync(new DownloadProgress(progress), cancellationToken).GetAwaiter().GetResult();
    }
}

using FastDPMeta.Cli.Terminal;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Data;

/// <summary>Where a run gets MovieLens: from <c>--data</c>, else from the cache, else from its original home.</summary>
internal static class MovieLensSource
{
    /// <exception cref="DataFileException">It can't be had; one line says what to do.</exception>
    internal static MovieLensSet Open(string? dataFolder, IProgressView progress, CancellationToken cancellationToken)
    {
        if (dataFolder is not null)
        {
            return MovieLensSet.Load(dataFolder);
        }

        using HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan }; // silence has its own limit; a slow line may take its time
        MovieLensDownload download = new(client, Path.Combine(DataCache.Folder, "movielens"), TimeProvider.System);
        return download.GetAsync(new DownloadProgress(progress), cancellationToken).GetAwaiter().GetResult();
    }
}

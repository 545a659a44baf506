using FastDPMeta.Cli.Terminal;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Data;

/// <summary>Where a run gets MNIST: from <c>--data</c>, else from the cache, else from a mirror.</summary>
internal static class MnistSource
{
    /// <exception cref="DataFileException">It can't be had; one line says what to do.</exception>
    internal static MnistSet Open(string? dataFolder, IProgressView progress, CancellationToken cancellationToken)
    {
        if (dataFolder is not null)
        {
            return MnistSet.Load(dataFolder);
        }

        using HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan }; // silence has its own limit; a slow line may take its time
        MnistDownload download = new(client, Path.Combine(DataCache.Folder, "mnist"), TimeProvider.System);
        return download.GetAsync(new DownloadProgress(progress), cancellationToken).GetAwaiter().GetResult();
    }
}

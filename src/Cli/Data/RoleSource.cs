using FastDPMeta.Cli.Terminal;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Data;

/// <summary>Where a run gets Shakespeare's roles: from <c>--data</c>, else from the cache, else from the excerpt's home.</summary>
internal static class RoleSource
{
    private const string FileName = "input.txt";

    // The excerpt as its repository's tree lists it.
    private const string GitBlob = "7dcb3a2d4cc3b48b6283dd46870bfeb78f88aac9";
    private static readonly Uri Address = new("https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt");

    /// <exception cref="DataFileException">It can't be had; one line says what to do.</exception>
    internal static RoleSet Open(string? dataFolder, IProgressView progress, CancellationToken cancellationToken)
    {
        if (dataFolder is not null)
        {
            return File.Exists(Path.Combine(dataFolder, FileName)) ? Read(Path.Combine(dataFolder, FileName)) : RoleSet.Load(dataFolder);
        }

        string folder = Path.Combine(DataCache.Folder, "shakespeare");
        using HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan }; // silence has its own limit; a slow line may take its time
        try
        {
            OriginalFile file = new(FileName, Address, GitBlob);
            return Read(new ResumableDownload(client, folder, TimeProvider.System).BringAsync(file, new DownloadProgress(progress), cancellationToken).GetAwaiter().GetResult());
        }
        catch (Exception exception) when (exception is HttpRequestException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(
                Path.Combine(folder, FileName), $"can't be had ({exception.Message.TrimEnd('.').ReplaceLineEndings(" ")})",
                $"Without a network: put {Address} there, or give --data a folder that holds {FileName}, or {RoleSet.TextFileName} and {RoleSet.RoleFileName}.", exception);
        }
    }

    private static RoleSet Read(string path)
    {
        try
        {
            return RoleSet.FromPlays(File.ReadAllBytes(path));
        }
        catch (ArgumentException exception)
        {
            throw new DataFileException(path, "it is not the excerpt of the roles", "Delete it and get it again.", exception);
        }
    }
}

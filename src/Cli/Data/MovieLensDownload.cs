using System.IO.Compression;
using System.Security.Cryptography;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Data;

/// <summary>Brings the archive of <c>ml-latest-small</c> into the cache unless it is there, takes the two tables that are read out of it, and reads them.</summary>
/// <remarks>GroupLens permits research use, not redistribution by others under other terms; so the archive comes from them alone, and its licence stays beside the tables.</remarks>
/// <param name="client">For the download.</param>
/// <param name="folder">The cache for this data set.</param>
/// <param name="time">For pauses between attempts.</param>
internal sealed class MovieLensDownload(HttpClient client, string folder, TimeProvider time)
{
    internal const string ArchiveName = "ml-latest-small.zip";
    private const string ArchiveSha256 = "696d65a3dfceac7c45750ad32df2c259311949efec81f0f144fdfb91ebc9e436";
    private const string Home = "https://files.grouplens.org/datasets/movielens/";
    private static readonly string[] Tables = ["movies.csv", "ratings.csv", "README.txt"];

    /// <summary>The archive, generated on 2018-09-26, as its SHA-256 has been published by many who use it.</summary>
    internal OriginalFile Archive { get; init; } = new(ArchiveName, new Uri(Home + ArchiveName), IsOriginal, $"its SHA-256 is not {ArchiveSha256}");

    /// <summary>Pause before a second attempt.</summary>
    internal TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The data, from the cache where it is there and whole.</summary>
    /// <exception cref="DataFileException">It can't be had; the message says which files to put where by hand.</exception>
    internal async Task<MovieLensSet> GetAsync(IDownloadView view, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, ArchiveName);
        try
        {
            path = await new ResumableDownload(client, folder, time) { FirstPause = FirstPause }.BringAsync(Archive, view, cancellationToken).ConfigureAwait(false);
            Extract(path);
        }
        catch (HttpRequestException exception)
        {
            string reason = exception.StatusCode is { } status ? $"the server answered {(int)status}" : exception.Message;
            throw new DataFileException(path, $"can't be downloaded ({reason.TrimEnd('.').ReplaceLineEndings(" ")})", ByHand, exception);
        }
        catch (InvalidDataException exception)
        {
            throw new DataFileException(path, exception.Message, ByHand, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(
                folder, $"can't be written ({exception.Message.TrimEnd('.')})", "Free space, or set XDG_CACHE_HOME to a folder that you may write to.", exception);
        }

        return MovieLensSet.Load(folder);
    }

    private string ByHand => $"Without a network: put {ArchiveName} from {Home} into {folder}, or give --data a folder that holds its movies.csv and ratings.csv.";

    private void Extract(string path)
    {
        using ZipArchive archive = ZipFile.OpenRead(path);
        foreach (string table in Tables)
        {
            ZipArchiveEntry entry = archive.Entries.FirstOrDefault(entry => entry.Name == table) ?? throw new InvalidDataException($"it has no {table}");
            string target = Path.Combine(folder, table);
            if (!File.Exists(target) || new FileInfo(target).Length != entry.Length)
            {
                entry.ExtractToFile(target + ".new", overwrite: true);
                File.Move(target + ".new", target, overwrite: true);
            }
        }
    }

    private static bool IsOriginal(string path)
    {
        using FileStream content = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(content)) == ArchiveSha256;
    }
}

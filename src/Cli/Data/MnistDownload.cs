using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Data;

/// <summary>Brings MNIST's four files into the cache unless they are there, from the first mirror that has them, and reads them.</summary>
/// <param name="client">For the download.</param>
/// <param name="folder">The cache for this data set.</param>
/// <param name="time">For pauses between attempts.</param>
internal sealed class MnistDownload(HttpClient client, string folder, TimeProvider time)
{
    /// <summary>Who keeps copies, the fastest first; what they send is believed only if every byte is as expected.</summary>
    internal IReadOnlyList<Uri> Mirrors { get; init; } =
    [
        new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
        new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        new("http://yann.lecun.com/exdb/mnist/"),
    ];

    /// <summary>Pause before a second attempt.</summary>
    internal TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether a file is the one of that name.</summary>
    internal Func<string, string, bool> IsRight { get; init; } = IsOriginal;

    /// <summary>The data, from the cache where it is there and whole.</summary>
    /// <exception cref="DataFileException">It can't be had; the message says which files to put where by hand.</exception>
    internal async Task<MnistSet> GetAsync(IDownloadView view, CancellationToken cancellationToken)
    {
        await BringAsync(view, cancellationToken).ConfigureAwait(false);
        return MnistSet.Load(folder);
    }

    /// <summary>Only brings the files.</summary>
    /// <exception cref="DataFileException">They can't be had.</exception>
    internal async Task BringAsync(IDownloadView view, CancellationToken cancellationToken)
    {
        foreach (string name in MnistSet.FileNames)
        {
            await BringAsync(name, view, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task BringAsync(string name, IDownloadView view, CancellationToken cancellationToken)
    {
        ResumableDownload download = new(client, folder, time) { FirstPause = FirstPause };
        List<string> problems = [];
        foreach (Uri mirror in Mirrors)
        {
            OriginalFile file = new(name, new Uri(mirror, name), path => IsRight(path, name), "its content is not MNIST's by SHA-256");
            try
            {
                await download.BringAsync(file, view, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (HttpRequestException exception)
            {
                problems.Add($"{mirror.Host}: {(exception.StatusCode is { } status ? $"the server answered {(int)status}" : exception.Message).TrimEnd('.').ReplaceLineEndings(" ")}");
            }
            catch (InvalidDataException exception)
            {
                problems.Add($"{mirror.Host}: {exception.Message}");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new DataFileException(
                    folder, $"can't be written ({exception.Message.TrimEnd('.')})", "Free space, or set XDG_CACHE_HOME to a folder that you may write to.", exception);
            }
        }

        throw new DataFileException(Path.Combine(folder, name), $"can't be downloaded ({string.Join("; ", problems)})", ByHand);
    }

    private string ByHand => $"Without a network: put {string.Join(", ", MnistSet.FileNames)} into {folder}, or give --data a folder that holds them.";

    private static bool IsOriginal(string path, string name)
    {
        try
        {
            MnistSet.Check(path, name);
            return true;
        }
        catch (DataFileException)
        {
            return false;
        }
    }
}

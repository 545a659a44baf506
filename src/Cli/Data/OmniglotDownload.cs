using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Data;

/// <summary>
/// Makes the Omniglot data from the original archives: downloads them into the cache unless they are there, decodes and reduces the
/// images, and keeps the result only if every byte is as expected.
/// </summary>
/// <param name="client">For the download.</param>
/// <param name="folder">The cache for this data set.</param>
/// <param name="time">For pauses between attempts.</param>
internal sealed class OmniglotDownload(HttpClient client, string folder, TimeProvider time)
{
    private const string Commit = "057f034baf2ecb8530bc5710e5a23584d2a519cc";
    private const string Page = $"https://github.com/brendenlake/omniglot/tree/{Commit}/python";
    private const string Raw = $"https://raw.githubusercontent.com/brendenlake/omniglot/{Commit}/python/";

    /// <summary>The archives of 964 and 659 characters, as that commit of the original repository lists them.</summary>
    internal IReadOnlyList<OriginalFile> Files { get; init; } =
    [
        new("images_background.zip", new Uri(Raw + "images_background.zip"), "71fd167eb6fdd312049395fbd247147a4b234231"),
        new("images_evaluation.zip", new Uri(Raw + "images_evaluation.zip"), "8ccde0ed1565641f1fa8c57cdc6ff634e15fc5c1"),
    ];

    /// <summary>Pause before a second attempt.</summary>
    internal TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The data, from the cache where it is there and whole.</summary>
    /// <exception cref="DataFileException">It can't be had; the message says which files to put where by hand.</exception>
    internal async Task<OmniglotSet> GetAsync(IDownloadView view, CancellationToken cancellationToken)
    {
        if (File.Exists(Path.Combine(folder, OmniglotSet.PixelFileName)) && File.Exists(Path.Combine(folder, OmniglotSet.ClassFileName)))
        {
            try
            {
                return OmniglotSet.Load(folder);
            }
            catch (DataFileException)
            {
                // A damaged cache is made anew: below.
            }
        }

        OmniglotSet set = Decode(await BringAsync(view, cancellationToken).ConfigureAwait(false), view);
        set.Save(folder);
        return set;
    }

    private async Task<string[]> BringAsync(IDownloadView view, CancellationToken cancellationToken)
    {
        ResumableDownload download = new(client, folder, time) { FirstPause = FirstPause };
        string[] paths = new string[Files.Count];
        for (int i = 0; i < paths.Length; i++)
        {
            try
            {
                paths[i] = await download.BringAsync(Files[i], view, cancellationToken).ConfigureAwait(false);
            }
            catch (HttpRequestException exception)
            {
                throw new DataFileException(Path.Combine(folder, Files[i].Name), $"can't be downloaded ({Reason(exception)})", ByHand, exception);
            }
            catch (InvalidDataException exception)
            {
                throw new DataFileException(Path.Combine(folder, Files[i].Name), exception.Message, ByHand, exception);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new DataFileException(
                    folder, $"can't be written ({exception.Message.TrimEnd('.')})", "Free space, or set XDG_CACHE_HOME to a folder that you may write to.", exception);
            }
        }

        return paths;
    }

    private OmniglotSet Decode(string[] archives, IDownloadView view)
    {
        const int Images = OmniglotSet.ClassCount * OmniglotSet.DrawerCount;
        byte[] pixels = new byte[Images * OmniglotSet.Side * OmniglotSet.Side];
        (string Alphabet, int Character)[] characters = new (string, int)[OmniglotSet.ClassCount];
        try
        {
            int before = 0;
            int background = 0;
            foreach (string archive in archives)
            {
                int offset = before;
                before += OmniglotArchive.Read(archive, pixels, characters, done => view.Report("reading images", offset + done, Images));
                background = background == 0 ? characters.Count(character => character.Alphabet is not null) : background;
            }

            if (before != Images || characters.Any(character => character.Alphabet is null))
            {
                throw new InvalidDataException($"the archives hold {before} images, not {Images}");
            }

            return OmniglotSet.FromPixels(pixels, OmniglotSplits.Classes(characters, background));
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException or IOException or AggregateException)
        {
            Exception cause = exception.GetBaseException();
            throw new DataFileException(folder, $"the archives can't be used ({cause.Message.TrimEnd('.')})", $"Delete the zip files there and try again. {ByHand}", exception);
        }
    }

    private string ByHand =>
        $"Without a network: put {string.Join(" and ", Files.Select(file => file.Name))} from {Page} into {folder}, "
        + $"or give --data a folder that holds {OmniglotSet.PixelFileName} and {OmniglotSet.ClassFileName}.";

    private static string Reason(HttpRequestException exception) =>
        (exception.StatusCode is { } status ? $"the server answered {(int)status}" : exception.Message).TrimEnd('.').ReplaceLineEndings(" ");
}

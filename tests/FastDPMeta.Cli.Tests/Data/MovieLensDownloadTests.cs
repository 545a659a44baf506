using System.IO.Compression;
using System.Net;
using System.Text;
using FastDPMeta.Cli.Data;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Tests.Data;

public sealed class MovieLensDownloadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new();

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_archive_comes_once_is_unpacked_and_read()
    {
        byte[] archive = Archive("movies.csv", "ratings.csv", "README.txt");
        using LoopbackServer server = new(archive, breaks: 1);
        MovieLensSet set = await Download(server, archive).GetAsync(new SilentView(), CancellationToken.None);
        Assert.Equal(10, Enum.GetValues<UserSplit>().Sum(split => set.UsersIn(split).Count));
        Assert.Equal(["README.txt", "ml-latest-small.zip", "movies.csv", "ratings.csv"], _folder.Names());
        int asked = server.Starts.Count;
        Assert.True(server.Starts[1] > 0); // what broke off went on
        await Download(server, archive).GetAsync(new SilentView(), CancellationToken.None);
        Assert.Equal(asked, server.Starts.Count);
    }

    [Fact]
    public async Task Another_archive_is_refused_by_its_checksum_with_what_to_do_by_hand()
    {
        using LoopbackServer server = new(Archive("movies.csv", "ratings.csv", "README.txt"));
        MovieLensDownload real = new(_client, _folder.Path, TimeProvider.System);
        MovieLensDownload download = new(_client, _folder.Path, TimeProvider.System)
        {
            Archive = real.Archive with { Address = new Uri(server.Address, MovieLensDownload.ArchiveName) },
            FirstPause = TimeSpan.FromMilliseconds(1),
        };
        DataFileException error = await Assert.ThrowsAsync<DataFileException>(() => download.GetAsync(new SilentView(), CancellationToken.None));
        Assert.All((string[])["SHA-256 is not 696d65a3", "Without a network", "--data"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public async Task A_server_without_it_and_an_archive_without_a_table_are_one_line()
    {
        byte[] archive = Archive("movies.csv", "README.txt");
        using LoopbackServer none = new(archive, status: HttpStatusCode.NotFound);
        using LoopbackServer part = new(archive);
        Assert.Contains("the server answered 404", (await Failure(none, archive)).Message, StringComparison.Ordinal);
        DataFileException error = await Failure(part, archive);
        Assert.Contains("it has no ratings.csv", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private Task<DataFileException> Failure(LoopbackServer server, byte[] archive) =>
        Assert.ThrowsAsync<DataFileException>(() => Download(server, archive).GetAsync(new SilentView(), CancellationToken.None));

    private MovieLensDownload Download(LoopbackServer server, byte[] expected) => new(_client, _folder.Path, TimeProvider.System)
    {
        Archive = new OriginalFile(
            MovieLensDownload.ArchiveName, new Uri(server.Address, MovieLensDownload.ArchiveName), path => File.ReadAllBytes(path).AsSpan().SequenceEqual(expected), "it is another"),
        FirstPause = TimeSpan.FromMilliseconds(1),
    };

    private static byte[] Archive(params string[] names)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (string name in names)
            {
                using Stream entry = archive.CreateEntry($"ml-latest-small/{name}").Open();
                entry.Write(Encoding.UTF8.GetBytes(name switch
                {
                    "movies.csv" => "movieId,title,genres\n1,One (1999),Comedy\n2,Two (2000),Drama|War\n",
                    "ratings.csv" => "userId,movieId,rating,timestamp\n" + string.Concat(Enumerable.Range(1, 10).Select(person => $"{person},1,3.5,0\n{person},2,4.0,0\n")),
                    _ => "Summary",
                }));
            }
        }

        return stream.ToArray();
    }
}

using System.IO.Compression;
using FastDPMeta.Cli.Data;
using FastDPMeta.Engine.Tasks;
using SkiaSharp;

namespace FastDPMeta.Cli.Tests.Data;

public sealed class OmniglotArchiveTests : IDisposable
{
    private const int ImageSize = 28 * 28;
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _pixels = new byte[3 * 20 * ImageSize];
    private readonly (string Alphabet, int Character)[] _characters = new (string, int)[3];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Images_go_where_their_names_say()
    {
        string path = Zip(
            ("images_background/Greek/character01/0002_01.png", Png(105, x => x < 15)),
            ("images_background/Greek/character01/0002_20.png", Png(105, _ => true)),
            ("images_background/Latin_(old)/character07/0003_02.png", Png(105, _ => false)),
            ("images_background/readme.txt", [1, 2]),
            ("__MACOSX/images_background/Greek/character01/._0002_01.png", [0]));
        Assert.Equal(3, OmniglotArchive.Read(path, _pixels, _characters, _ => { }));
        Assert.Equal(("Greek", 1), _characters[1]);
        Assert.Equal(("Latin_(old)", 7), _characters[2]);

        byte[] stripe = _pixels[(20 * ImageSize)..(21 * ImageSize)];
        Assert.All(Enumerable.Range(0, ImageSize), i => Assert.Equal(i % 28 < 4 ? 255 : 0, stripe[i])); // 15 pixels are 4 output pixels exactly
        Assert.All(_pixels[(39 * ImageSize)..(40 * ImageSize)], value => Assert.Equal(255, value));
        Assert.Equal(ImageSize + (28 * 4), _pixels.Count(value => value != 0));
    }

    [Theory]
    [InlineData("images_background/Greek/character01/0004_01.png")] // a fourth class of three
    [InlineData("images_background/Greek/character01/0000_01.png")]
    [InlineData("images_background/Greek/character01/0001_21.png")]
    public void Numbers_out_of_range_are_refused(string name)
    {
        string path = Zip((name, Png(105, _ => true)));
        Assert.Contains(name, Assert.Throws<InvalidDataException>(() => Read(path)).Message);
    }

    [Fact]
    public void Pictures_that_are_damaged_or_of_another_size_are_refused_by_name()
    {
        Assert.Contains("0001_01.png is not a picture", Refused([1, 2, 3]));
        Assert.Contains("0001_01.png is not a picture", Refused(Png(28, _ => true)));

        string Refused(byte[] png)
        {
            InvalidDataException error = Assert.Throws<InvalidDataException>(() => OmniglotArchive.Decode(png, new byte[ImageSize], "0001_01.png"));
            return error.Message;
        }
    }

    /// <summary>The split that this program carries must be the published one, character for character.</summary>
    [SkippableFact]
    public void The_embedded_split_is_the_published_one()
    {
        Skip.IfNot(Testing.SharedFolder.TryFind("data/omniglot", out string folder), Testing.SharedFolder.Missing("data/omniglot"));
        IReadOnlyList<OmniglotClass> published = OmniglotSet.Load(folder).Classes;
        OmniglotClass[] derived = OmniglotSplits.Classes([.. published.Select(c => (c.Alphabet, c.Character))], background: 964);
        Assert.Equal(published, derived);
    }

    [Fact]
    public async Task Offline_the_error_names_the_files_and_the_folder()
    {
        using HttpClient client = new();
        OmniglotDownload download = new(client, _folder.Path, TimeProvider.System)
        {
            Files = [new OriginalFile("images_background.zip", new Uri($"http://127.0.0.1:{LoopbackServer.FreePort()}/"), new string('0', 40))],
            FirstPause = TimeSpan.FromMilliseconds(1),
        };
        DataFileException error = await Assert.ThrowsAsync<DataFileException>(() => download.GetAsync(new SilentView(), CancellationToken.None));
        Assert.Contains("can't be downloaded", error.Message);
        Assert.Contains($"put images_background.zip from https://github.com/brendenlake/omniglot", error.Message);
        Assert.Contains(_folder.Path, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task Archives_put_there_by_hand_are_used_without_a_network_and_refused_when_incomplete()
    {
        string path = Zip(("images_background/Greek/character01/0002_01.png", Png(105, _ => true)));
        string id;
        using (FileStream stream = File.OpenRead(path))
        {
            id = GitBlob.IdOf(stream);
        }

        using HttpClient client = new();
        OmniglotDownload download = new(client, _folder.Path, TimeProvider.System)
        {
            Files = [new OriginalFile("archive.zip", new Uri("http://127.0.0.1:9/"), id)],
        };
        DataFileException error = await Assert.ThrowsAsync<DataFileException>(() => download.GetAsync(new SilentView(), CancellationToken.None));
        Assert.Contains("hold 1 images, not 32460", error.Message);
        Assert.Equal(["archive.zip"], _folder.Names());
    }

    private int Read(string path) => OmniglotArchive.Read(path, _pixels, _characters, _ => { });

    private string Zip(params (string Name, byte[] Content)[] entries)
    {
        string path = _folder["archive.zip"];
        using FileStream file = File.Create(path);
        using ZipArchive archive = new(file, ZipArchiveMode.Create);
        foreach ((string name, byte[] content) in entries)
        {
            using Stream stream = archive.CreateEntry(name).Open();
            stream.Write(content);
        }

        return path;
    }

    private static byte[] Png(int side, Func<int, bool> inkAtColumn)
    {
        using SKBitmap bitmap = new(side, side);
        for (int i = 0; i < side * side; i++)
        {
            bitmap.SetPixel(i % side, i / side, inkAtColumn(i % side) ? SKColors.Black : SKColors.White);
        }

        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}

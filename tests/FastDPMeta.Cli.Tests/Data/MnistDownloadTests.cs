using System.Net;
using FastDPMeta.Cli.Data;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Tests.Data;

public sealed class MnistDownloadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new();
    private readonly byte[] _content = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 13))];

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task All_four_files_come_and_are_not_asked_for_again()
    {
        using LoopbackServer server = new(_content);
        await Download(server.Address).BringAsync(new SilentView(), CancellationToken.None);
        await Download(server.Address).BringAsync(new SilentView(), CancellationToken.None);
        Assert.Equal(MnistSet.FileNames.Order(StringComparer.Ordinal), _folder.Names().Order(StringComparer.Ordinal));
        Assert.Equal(4, server.Starts.Count);
    }

    [Fact]
    public async Task A_mirror_that_lacks_a_file_or_sends_something_else_is_followed_by_the_next()
    {
        using LoopbackServer missing = new(_content, status: HttpStatusCode.NotFound);
        using LoopbackServer wrong = new([1, 2, 3]);
        using LoopbackServer good = new(_content);
        await Download(missing.Address, wrong.Address, good.Address).BringAsync(new SilentView(), CancellationToken.None);
        Assert.Equal(_content, await File.ReadAllBytesAsync(_folder[MnistSet.FileNames[0]]));
        Assert.Equal((4, 4), (missing.Starts.Count, wrong.Starts.Count));
    }

    [Fact]
    public async Task A_transfer_that_breaks_goes_on_at_the_same_mirror()
    {
        using LoopbackServer server = new(_content, breaks: 1);
        await Download(server.Address).BringAsync(new SilentView(), CancellationToken.None);
        Assert.Equal(5, server.Starts.Count);
        Assert.True(server.Starts[1] > 0);
    }

    [Fact]
    public async Task When_no_mirror_helps_one_line_names_each_problem_and_what_to_do_by_hand()
    {
        using LoopbackServer missing = new(_content, status: HttpStatusCode.NotFound);
        using LoopbackServer wrong = new([1, 2, 3]);
        DataFileException error = await Assert.ThrowsAsync<DataFileException>(
            () => Download(missing.Address, wrong.Address).BringAsync(new SilentView(), CancellationToken.None));
        Assert.DoesNotContain('\n', error.Message);
        Assert.All(
            (string[])["the server answered 404", "is not the expected file", "SHA-256", "Without a network: put train-images-idx3-ubyte.gz", "--data"],
            part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public async Task What_is_not_mnist_is_not_believed()
    {
        using LoopbackServer server = new(_content);
        MnistDownload download = new(_client, _folder.Path, TimeProvider.System) { Mirrors = [server.Address], FirstPause = TimeSpan.FromMilliseconds(1) };
        await Assert.ThrowsAsync<DataFileException>(() => download.GetAsync(new SilentView(), CancellationToken.None));
        Assert.Empty(_folder.Names());
    }

    private MnistDownload Download(params Uri[] mirrors) => new(_client, _folder.Path, TimeProvider.System)
    {
        Mirrors = mirrors,
        FirstPause = TimeSpan.FromMilliseconds(1),
        IsRight = (path, _) => File.ReadAllBytes(path).AsSpan().SequenceEqual(_content),
    };
}

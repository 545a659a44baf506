using System.Net;
using FastDPMeta.Cli.Data;

namespace FastDPMeta.Cli.Tests.Data;

public sealed class ResumableDownloadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new();
    private readonly SilentView _view = new();
    private readonly byte[] _content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)((i * i) >> 3))];

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_arrives_whole_with_progress_and_nothing_else_stays()
    {
        using LoopbackServer server = new(_content);
        string path = await Bring(server.Address);
        Assert.Equal(_content, await File.ReadAllBytesAsync(path));
        Assert.Equal(["data.zip"], _folder.Names());
        Assert.Equal(("downloading data.zip", _content.Length, _content.Length), _view.Last);
    }

    [Fact]
    public async Task A_file_that_is_there_and_right_is_not_asked_for_again()
    {
        using LoopbackServer server = new(_content);
        await Bring(server.Address);
        await Bring(server.Address);
        Assert.Single(server.Starts);
    }

    [Fact]
    public async Task A_broken_transfer_goes_on_where_it_stopped()
    {
        using LoopbackServer server = new(_content, breaks: 2);
        string path = await Bring(server.Address);
        Assert.Equal(_content, await File.ReadAllBytesAsync(path));
        Assert.Equal(3, server.Starts.Count);
        Assert.True(server.Starts[2] > server.Starts[1] && server.Starts[1] > 0, string.Join(' ', server.Starts));
        Assert.True(server.BytesSent < 2 * _content.Length);
    }

    [Fact]
    public async Task A_part_from_an_earlier_call_is_used()
    {
        await File.WriteAllBytesAsync(_folder["data.zip.part"], _content[..100_000]);
        using LoopbackServer server = new(_content);
        Assert.Equal(_content, await File.ReadAllBytesAsync(await Bring(server.Address)));
        Assert.Equal([100_000], server.Starts);
    }

    [Fact]
    public async Task A_part_that_was_complete_is_checked_and_kept()
    {
        await File.WriteAllBytesAsync(_folder["data.zip.part"], _content);
        using LoopbackServer server = new(_content);
        Assert.Equal(_content, await File.ReadAllBytesAsync(await Bring(server.Address)));
        Assert.Equal(0, server.BytesSent);
    }

    [Fact]
    public async Task A_part_of_another_version_is_thrown_away_and_fetched_anew()
    {
        await File.WriteAllBytesAsync(_folder["data.zip.part"], new byte[1000]);
        using LoopbackServer server = new(_content);
        Assert.Equal(_content, await File.ReadAllBytesAsync(await Bring(server.Address)));
        Assert.Equal([1000, 0], server.Starts);
    }

    [Fact]
    public async Task A_server_without_ranges_starts_over()
    {
        await File.WriteAllBytesAsync(_folder["data.zip.part"], _content[..5000]);
        using LoopbackServer server = new(_content, honourRanges: false);
        Assert.Equal(_content, await File.ReadAllBytesAsync(await Bring(server.Address)));
    }

    [Fact]
    public async Task Wrong_content_is_refused_and_leaves_nothing()
    {
        using LoopbackServer server = new([1, 2, 3]);
        InvalidDataException error = await Assert.ThrowsAsync<InvalidDataException>(() => Bring(server.Address));
        Assert.Contains("is not the expected file", error.Message);
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public async Task A_missing_file_is_not_asked_for_twice()
    {
        using LoopbackServer server = new(_content, status: HttpStatusCode.NotFound);
        HttpRequestException error = await Assert.ThrowsAsync<HttpRequestException>(() => Bring(server.Address));
        Assert.Equal(HttpStatusCode.NotFound, error.StatusCode);
        Assert.Single(server.Starts);
    }

    [Fact]
    public async Task An_overloaded_server_is_asked_five_times()
    {
        using LoopbackServer server = new(_content, status: HttpStatusCode.ServiceUnavailable);
        await Assert.ThrowsAsync<HttpRequestException>(() => Bring(server.Address));
        Assert.Equal(5, server.Starts.Count);
    }

    [Fact]
    public async Task Nobody_there_is_an_error_of_the_connection() =>
        await Assert.ThrowsAsync<HttpRequestException>(() => Bring(new Uri($"http://127.0.0.1:{LoopbackServer.FreePort()}/")));

    private Task<string> Bring(Uri address)
    {
        using MemoryStream content = new(_content);
        OriginalFile file = new("data.zip", address, GitBlob.IdOf(content));
        return new ResumableDownload(_client, _folder.Path, TimeProvider.System) { FirstPause = TimeSpan.FromMilliseconds(1) }
            .BringAsync(file, _view, CancellationToken.None);
    }
}

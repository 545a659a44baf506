using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;

namespace FastDPMeta.Cli.Data;

/// <summary>
/// Brings one file into a folder. What has come so far stays in <c>NAME.part</c>, so that a broken transfer goes on where it stopped, in
/// this call or the next. The file gets its name only after its checksum has been found right.
/// </summary>
internal sealed class ResumableDownload(HttpClient client, string folder, TimeProvider time)
{
    private const int Attempts = 5;
    private const int BufferBytes = 1 << 16;
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    /// <summary>Pause before the second attempt; doubled before each further one.</summary>
    internal TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The file's path; at once when it is there already and right.</summary>
    /// <exception cref="HttpRequestException">The server can't be reached or refuses, also after several attempts.</exception>
    /// <exception cref="InvalidDataException">What came is not the file.</exception>
    /// <exception cref="IOException">The folder can't be written.</exception>
    internal async Task<string> BringAsync(OriginalFile file, IDownloadView view, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, file.Name);
        if (File.Exists(path) && file.IsRight(path))
        {
            return path;
        }

        Directory.CreateDirectory(folder);
        string part = path + ".part";
        bool resumed = await TransferAsync(file, part, view, cancellationToken).ConfigureAwait(false);
        if (resumed && !file.IsRight(part))
        {
            // The first half may be of another version: once more, from the start.
            File.Delete(part);
            await TransferAsync(file, part, view, cancellationToken).ConfigureAwait(false);
        }

        if (!file.IsRight(part))
        {
            File.Delete(part);
            throw new InvalidDataException($"what came from {file.Address} is not the expected file ({file.Mark})");
        }

        File.Move(part, path, overwrite: true);
        return path;
    }

    /// <returns>True when any of it was there before or came in more than one piece.</returns>
    private async Task<bool> TransferAsync(OriginalFile file, string part, IDownloadView view, CancellationToken cancellationToken)
    {
        bool resumed = false;
        TimeSpan pause = FirstPause;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                long have = File.Exists(part) ? new FileInfo(part).Length : 0;
                resumed |= have > 0;
                await RequestAsync(file, part, have, view, cancellationToken).ConfigureAwait(false);
                return resumed;
            }
            catch (Exception exception) when (attempt < Attempts && IsPassing(exception, cancellationToken))
            {
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
                pause *= 2;
            }
            catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                throw new HttpRequestException($"no answer within {LongestSilence.TotalSeconds:0} seconds", exception);
            }
            catch (HttpIOException exception)
            {
                throw new HttpRequestException("the connection broke again and again", exception);
            }
        }
    }

    // Worth another attempt: silence, broken connections, overloaded servers. Not: names that don't resolve, files that aren't there.
    private static bool IsPassing(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        HttpIOException => true,
        HttpRequestException { StatusCode: null } request => request.HttpRequestError is not HttpRequestError.NameResolutionError,
        HttpRequestException { StatusCode: HttpStatusCode status } => status is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError,
        _ => false,
    };

    private async Task RequestAsync(OriginalFile file, string part, long have, IDownloadView view, CancellationToken cancellationToken)
    {
        using CancellationTokenSource silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(LongestSilence);
        using HttpRequestMessage request = new(HttpMethod.Get, file.Address);
        request.Headers.Range = have > 0 ? new RangeHeaderValue(have, null) : null;
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return; // everything is here already; the checksum will tell
        }

        response.EnsureSuccessStatusCode();
        bool append = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == have;
        long done = append ? have : 0;
        long? total = done + response.Content.Headers.ContentLength;
        Stream content = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
        await using ConfiguredAsyncDisposable _ = content.ConfigureAwait(false);
        FileStream output = new(part, append ? FileMode.Append : FileMode.Create, FileAccess.Write);
        await using ConfiguredAsyncDisposable __ = output.ConfigureAwait(false);
        byte[] buffer = new byte[BufferBytes];
        for (int count; (count = await content.ReadAsync(buffer, silence.Token).ConfigureAwait(false)) > 0;)
        {
            silence.CancelAfter(LongestSilence);
            await output.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            done += count;
            view.Report($"downloading {file.Name}", done, total);
        }
    }
}

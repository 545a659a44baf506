using System.Net;
using System.Net.Sockets;

namespace FastDPMeta.Cli.Tests.Data;

/// <summary>A small web server on this machine that serves one file, honours ranges, and can break off.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly byte[] _content;
    private int _breaksLeft;

    public LoopbackServer(byte[] content, int breaks = 0, bool honourRanges = true, HttpStatusCode status = HttpStatusCode.OK)
    {
        _content = content;
        _breaksLeft = breaks;
        Address = new Uri($"http://127.0.0.1:{FreePort()}/");
        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _ = ServeAsync(honourRanges, status);
    }

    public Uri Address { get; }

    public List<long> Starts { get; } = [];

    public long BytesSent { get; private set; }

    public static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync(bool honourRanges, HttpStatusCode status)
    {
        while (_listener.IsListening)
        {
            try
            {
                Answer(await _listener.GetContextAsync(), honourRanges, status);
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // stopped, or the client went away
            }
        }
    }

    private void Answer(HttpListenerContext context, bool honourRanges, HttpStatusCode status)
    {
        string? range = context.Request.Headers["Range"];
        int start = honourRanges && range is not null ? int.Parse(range["bytes=".Length..].TrimEnd('-')) : 0;
        Starts.Add(start);
        HttpListenerResponse response = context.Response;
        if (status != HttpStatusCode.OK || (start > 0 && start >= _content.Length))
        {
            response.StatusCode = status != HttpStatusCode.OK ? (int)status : (int)HttpStatusCode.RequestedRangeNotSatisfiable;
            response.Close();
            return;
        }

        response.StatusCode = (int)(start > 0 ? HttpStatusCode.PartialContent : HttpStatusCode.OK);
        response.ContentLength64 = _content.Length - start;
        if (start > 0)
        {
            response.Headers["Content-Range"] = $"bytes {start}-{_content.Length - 1}/{_content.Length}";
        }

        bool breakOff = _breaksLeft-- > 0;
        int count = breakOff ? (_content.Length - start) / 2 : _content.Length - start;
        response.OutputStream.Write(_content, start, count);
        response.OutputStream.Flush();
        BytesSent += count;
        if (breakOff)
        {
            Thread.Sleep(50); // let what was sent arrive before the connection is cut
            response.Abort();
        }
        else
        {
            response.Close();
        }
    }
}

using FastDPMeta.Cli.Data;

namespace FastDPMeta.Cli.Tests.Data;

/// <summary>Remembers the last thing reported.</summary>
internal sealed class SilentView : IDownloadView
{
    public (string Step, long Done, long? Total) Last { get; private set; }

    public void Report(string step, long done, long? total) => Last = (step, done, total);
}

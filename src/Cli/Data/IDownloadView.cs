namespace FastDPMeta.Cli.Data;

/// <summary>Shows how far a download is.</summary>
internal interface IDownloadView
{
    /// <param name="step">As <c>downloading images_background.zip</c>.</param>
    /// <param name="done">Bytes, or pieces of work.</param>
    /// <param name="total">How many in all; null when not known.</param>
    void Report(string step, long done, long? total);
}

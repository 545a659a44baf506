namespace FastDPMeta.Cli.Data;

/// <summary>Where downloaded data is kept, for this user.</summary>
internal static class DataCache
{
    /// <summary>
    /// <c>$XDG_CACHE_HOME/fastdpmeta</c> where that is set; else the local application data folder on Windows and macOS, and
    /// <c>~/.cache/fastdpmeta</c> elsewhere.
    /// </summary>
    internal static string Folder
    {
        get
        {
            string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            if (!Path.IsPathFullyQualified(cache ?? ""))
            {
                cache = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
                    ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                    : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
            }

            return Path.Combine(cache!, "fastdpmeta");
        }
    }
}

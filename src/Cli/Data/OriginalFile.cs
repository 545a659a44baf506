namespace FastDPMeta.Cli.Data;

/// <summary>A public file that we know by its content.</summary>
/// <param name="Name">Its name in the cache.</param>
/// <param name="Address">Where it comes from.</param>
/// <param name="IsRight">Whether a file on the disk is it.</param>
/// <param name="Mark">How it is known, for messages: <c>its git object id is not …</c> when it isn't.</param>
internal sealed record OriginalFile(string Name, Uri Address, Func<string, bool> IsRight, string Mark)
{
    /// <summary>A file of somebody's repository.</summary>
    /// <param name="name">Its name in the cache.</param>
    /// <param name="address">Where it comes from.</param>
    /// <param name="gitBlob">Its git object id: SHA-1 over <c>blob LENGTH NUL content</c>, as the repository's own tree lists it.</param>
    internal OriginalFile(string name, Uri address, string gitBlob)
        : this(name, address, path => IdOf(path) == gitBlob, $"its git object id is not {gitBlob}")
    {
    }

    private static string IdOf(string path)
    {
        using FileStream content = File.OpenRead(path);
        return GitBlob.IdOf(content);
    }
}

namespace FastDPMeta.Cli.Data;

/// <summary>A file of somebody's public repository that we know by its content.</summary>
/// <param name="Name">Its name in the cache.</param>
/// <param name="Address">Where it comes from.</param>
/// <param name="GitBlob">Its git object id: SHA-1 over <c>blob LENGTH NUL content</c>, as the repository's own tree lists it.</param>
internal sealed record OriginalFile(string Name, Uri Address, string GitBlob);

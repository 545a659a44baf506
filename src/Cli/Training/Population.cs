using System.IO.Compression;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Training;

/// <summary>
/// The episodes that a private run draws its lots from, in its folder before the first round: what is protected is one of these, so they must not depend on
/// anything that comes later.
/// </summary>
internal static class Population
{
    internal const string FileName = "episodes.jsonl.gz";

    /// <summary>Writes them.</summary>
    /// <param name="episodes">The family.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="folder">Where to.</param>
    /// <returns>SHA-256 of the lines before compression.</returns>
    internal static string Save(EpisodeTasks episodes, int count, RunFolder folder)
    {
        using FileStream file = File.Create(folder.PathOf(FileName));
        using GZipStream packed = new(file, CompressionLevel.Fastest);
        return EpisodeFile.Write(packed, Enumerable.Range(0, count).Select(task => episodes.Sample(task)));
    }
}

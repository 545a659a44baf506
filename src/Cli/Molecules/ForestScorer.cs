using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Cli.Molecules;

/// <summary>A random forest of 100 trees, grown on the fingerprints of the support alone.</summary>
/// <param name="set">The compounds.</param>
/// <param name="seed">Equal seeds grow equal forests.</param>
internal sealed class ForestScorer(MoleculeSet set, ulong seed) : IAssayScorer
{
    internal const string Title = "random forest";
    private const int Trees = 100;

    public string Name => Title;

    public float[] Score(AssayEpisode episode, int number)
    {
        using RandomKey root = RandomKey.UnsafeFixed(seed);
        using RandomKey key = root.Derive("forest");
        using RandomStream random = new(key, (uint)episode.Assay, (ulong)number);
        byte[][] rows = [.. episode.Actives.Concat(episode.Inactives).Select(compound => set.Fingerprint(compound).ToArray())];
        bool[] positives = [.. rows.Select((_, row) => row < episode.Actives.Count)];
        RandomForest forest = RandomForest.Grow(rows, positives, Trees, random);
        return [.. episode.Queries.Select(query => (float)forest.Score(set.Fingerprint(query)))];
    }
}

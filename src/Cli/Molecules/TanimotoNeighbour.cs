using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Molecules;

/// <summary>No learning: the largest Tanimoto similarity to a known active minus the largest to a known inactive.</summary>
/// <param name="set">The compounds.</param>
internal sealed class TanimotoNeighbour(MoleculeSet set) : IAssayScorer
{
    public string Name => "Tanimoto neighbour";

    public float[] Score(AssayEpisode episode, int number) =>
        [.. episode.Queries.Select(query => (float)(episode.Actives.Max(known => set.Tanimoto(query, known)) - episode.Inactives.Max(known => set.Tanimoto(query, known))))];
}

using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Molecules;

/// <summary>Measures scorers on equal supports of the same assays.</summary>
/// <param name="assays">What is measured on.</param>
/// <param name="supports">Random supports of an assay.</param>
/// <param name="seed">Equal seeds draw equal supports.</param>
/// <param name="threads">Assays measured side by side.</param>
internal sealed class AssayMeasurement(MoleculeAssays assays, int supports, ulong seed, int threads)
{
    /// <summary>[assay of <see cref="MoleculeAssays.Measured"/>][support] of one scorer.</summary>
    /// <param name="scorer">What ranks.</param>
    /// <param name="size">The supports' size.</param>
    /// <param name="cancellationToken">Stops with an exception.</param>
    internal AucTriple[][] Of(IAssayScorer scorer, SupportSize size, CancellationToken cancellationToken)
    {
        AssayEpisodes episodes = new(assays.Set, size.Actives, size.Inactives, seed);
        AucTriple[][] result = new AucTriple[assays.Measured.Count][];
        ParallelOptions how = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        Parallel.For(0, result.Length, how, i =>
        {
            AucTriple[] all = new AucTriple[supports];
            for (int number = 0; number < supports; number++)
            {
                all[number] = Judge(episodes.Draw(assays.Measured[i], number), scorer, number);
            }

            result[i] = all;
        });
        return result;
    }

    private AucTriple Judge(AssayEpisode episode, IAssayScorer scorer, int number)
    {
        float[] scores = scorer.Score(episode, number);
        bool[] positives = [.. episode.Queries.Select(query => assays.Set.Label(query, episode.Assay) == 1)];
        bool[] seen = [.. episode.Queries.Select(query => assays.Seen.Contains(assays.Set.StructureOf(query)))];
        return new AucTriple(Ranking.AreaUnderRoc(scores, positives), Part(true), Part(false));

        double Part(bool wanted) => Ranking.AreaUnderRoc(
            [.. scores.Where((_, query) => seen[query] == wanted)], [.. positives.Where((_, query) => seen[query] == wanted)]);
    }
}

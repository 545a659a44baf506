using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Molecules;

/// <summary>Ranks the compounds of an assay by a few that are known. Safe to call from several threads at once.</summary>
internal interface IAssayScorer
{
    /// <summary>For tables.</summary>
    string Name { get; }

    /// <summary>A score for each query compound, larger for what looks active.</summary>
    /// <param name="episode">Support and queries.</param>
    /// <param name="number">Number of the support, for scorers that draw at random.</param>
    float[] Score(AssayEpisode episode, int number);
}

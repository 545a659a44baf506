using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Molecules;

/// <summary>What a run learns from and measures on.</summary>
/// <param name="Set">The compounds.</param>
/// <param name="Training">Assays that are learned from.</param>
/// <param name="Measured">Assays that are measured on, all with enough compounds for the largest support.</param>
/// <param name="Panel">The training compounds, with what the training assays found of them.</param>
/// <param name="Seen">Structures that training has.</param>
internal sealed record MoleculeAssays(MoleculeSet Set, IReadOnlyList<int> Training, IReadOnlyList<int> Measured, AssayPanel Panel, IReadOnlySet<int> Seen)
{
    private const int OneInFour = 4;

    internal static MoleculeAssays Of(MoleculeSet set, MoleculeOptions options)
    {
        int[] training = With(set, AssaySplit.Train), validation = With(set, AssaySplit.Validation), test = With(set, AssaySplit.Test);
        if (options.MeasureOn == MeasuredAssays.Validation && validation.Length == 0)
        {
            // A collection without validation assays gives up the last fourth of its training assays: test ones may not choose settings.
            int kept = training.Length - Math.Max(1, training.Length / OneInFour);
            (training, validation) = (training[..kept], training[kept..]);
        }

        AssayEpisodes largest = new(set, options.Sizes.Max(size => size.Actives), options.Sizes.Max(size => size.Inactives), options.Seed);
        int[] measured = [.. (options.MeasureOn == MeasuredAssays.Test ? test : validation).Where(largest.Fits)];
        AssayPanel panel = new(set, training, options.HeldOut);
        return new MoleculeAssays(set, training, measured, panel, panel.Compounds.Select(set.StructureOf).ToHashSet());
    }

    private static int[] With(MoleculeSet set, AssaySplit split) => [.. Enumerable.Range(0, set.Assays.Count).Where(assay => set.Assays[assay].Split == split)];
}

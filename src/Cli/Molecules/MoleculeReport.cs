namespace FastDPMeta.Cli.Molecules;

/// <summary>What a run found.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Device">The device's own words.</param>
/// <param name="Assays">What was learned from and measured on.</param>
/// <param name="Trainings">[budget][key].</param>
/// <param name="Rows">Scorers and sizes, in the order of the table.</param>
/// <param name="MeasuringSeconds">Time of measuring.</param>
internal sealed record MoleculeReport(
    MoleculeOptions Options, string Device, MoleculeAssays Assays, IReadOnlyList<IReadOnlyList<TrainedEmbedding>> Trainings, IReadOnlyList<MoleculeRow> Rows, double MeasuringSeconds)
{
    /// <summary>The row of the forest for a size.</summary>
    internal MoleculeRow Forest(SupportSize size) => Rows.First(row => row.Size == size && row.Scorer == ForestScorer.Title);

    /// <summary>What ε is for, in a sentence.</summary>
    internal string Guarantee
    {
        get
        {
            if (Options.Epsilons.All(double.IsPositiveInfinity))
            {
                return "None: no training was private.";
            }

            string unit = Options.Unit == MoleculeUnit.Compound
                ? "one compound: its structure and all that every training assay found of it"
                : "one assay: which compounds it measured and what it found; structures are taken as public";
            int trainings = Options.Keys * Options.Epsilons.Count(double.IsFinite);
            return FormattableString.Invariant(
                $"Each private row holds for its own model, for adding or removing {unit}, at δ = {Options.Delta:g}; how many there are is taken as public. ")
                + (trainings > 1 ? "Whoever publishes several of these models spends the sum of their budgets. " : "")
                + "Supports and queries of measured assays are not learned from: what is computed with them afterwards costs nothing more.";
        }
    }
}

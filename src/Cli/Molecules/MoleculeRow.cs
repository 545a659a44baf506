namespace FastDPMeta.Cli.Molecules;

/// <summary>What one scorer reached with supports of one size.</summary>
/// <param name="Scorer">Its name.</param>
/// <param name="Size">Compounds of a support.</param>
/// <param name="Assays">[assay]: the mean over supports, and over trainings where there are several.</param>
/// <param name="Supports">[assay]: interval over supports of the area over all queries.</param>
/// <param name="Keys">[training]: the mean over assays; one value for scorers that do not train.</param>
/// <param name="Epsilon">The budget of its training; infinite without privacy, null for scorers that do not train.</param>
internal sealed record MoleculeRow(
    string Scorer, SupportSize Size, IReadOnlyList<AucTriple> Assays, IReadOnlyList<Interval> Supports, IReadOnlyList<double> Keys, double? Epsilon)
{
    /// <summary>Over assays.</summary>
    internal Interval All => Interval.Of(Assays.Select(assay => assay.All));

    /// <summary>Over assays, of structures that training has.</summary>
    internal Interval Seen => Interval.Of(Assays.Select(assay => assay.Seen));

    /// <summary>Over assays, of structures that training has not.</summary>
    internal Interval Unseen => Interval.Of(Assays.Select(assay => assay.Unseen));

    /// <summary>Over assays, how much better than another on the same supports.</summary>
    internal Interval Above(MoleculeRow other) => Interval.Of(Assays.Select((assay, i) => assay.All - other.Assays[i].All));

    /// <summary>A row from measurements.</summary>
    /// <param name="scorer">The name.</param>
    /// <param name="size">Compounds of a support.</param>
    /// <param name="trainings">[training][assay][support].</param>
    /// <param name="epsilon">The budget.</param>
    internal static MoleculeRow Of(string scorer, SupportSize size, IReadOnlyList<AucTriple[][]> trainings, double? epsilon = null)
    {
        int assays = trainings[0].Length;
        return new MoleculeRow(
            scorer,
            size,
            [.. Enumerable.Range(0, assays).Select(assay => AucTriple.Mean([.. trainings.Select(training => AucTriple.Mean(training[assay]))]))],
            [.. Enumerable.Range(0, assays).Select(assay => Interval.Of(trainings[0][assay].Select((_, support) => trainings.Average(training => training[assay][support].All))))],
            [.. trainings.Select(training => training.Average(assay => AucTriple.Mean(assay).All))],
            epsilon);
    }
}

namespace FastDPMeta.Cli.Molecules;

/// <summary>Areas under the curve over all queries of an assay, and over those apart that training has and has not seen. NaN where a part lacks actives or inactives.</summary>
/// <param name="All">Every query.</param>
/// <param name="Seen">Structures that training has.</param>
/// <param name="Unseen">Structures that training has not.</param>
internal readonly record struct AucTriple(double All, double Seen, double Unseen)
{
    /// <summary>Means of each part over those that have a number; NaN where none has.</summary>
    internal static AucTriple Mean(IReadOnlyCollection<AucTriple> values) =>
        new(Mean(values.Select(value => value.All)), Mean(values.Select(value => value.Seen)), Mean(values.Select(value => value.Unseen)));

    private static double Mean(IEnumerable<double> values)
    {
        double[] numbers = [.. values.Where(double.IsFinite)];
        return numbers.Length == 0 ? double.NaN : numbers.Average();
    }
}

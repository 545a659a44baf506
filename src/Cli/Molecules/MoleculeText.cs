using System.Globalization;
using Spectre.Console;

namespace FastDPMeta.Cli.Molecules;

/// <summary>The result for people.</summary>
internal static class MoleculeText
{
    private const int FewAssays = 8; // so many are listed one by one

    internal static void Print(IAnsiConsole console, MoleculeReport report, string folder)
    {
        foreach (SupportSize size in report.Options.Sizes)
        {
            console.Write(Summary(report, size));
            if (report.Assays.Measured.Count <= FewAssays)
            {
                console.Write(Each(report, size));
            }
        }

        foreach (IReadOnlyList<TrainedEmbedding> trainings in report.Trainings)
        {
            TrainedEmbedding first = trainings[0];
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Trained{Spent(first)} on {first.Units} {(report.Options.Unit == MoleculeUnit.Compound ? "compounds" : "assays")}: {first.Parameters} numbers, {first.Rounds} rounds in {trainings.Average(training => training.Seconds):0.0} s."));
        }

        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{report.Assays.Training.Count} assays to learn from; measured in {report.MeasuringSeconds:0.0} s on {report.Device}."));
        console.WriteLine($"Guarantee: {report.Guarantee}");
        console.WriteLine($"Files: {folder}");
    }

    /// <summary>A mean and its interval, as <c>0.702 ± 0.019</c>.</summary>
    internal static string Text(Interval interval) => double.IsNaN(interval.Mean) ? "-"
        : double.IsNaN(interval.HalfWidth) ? interval.Mean.ToString("0.000", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{interval.Mean:0.000} ± {interval.HalfWidth:0.000}");

    private static Table Summary(MoleculeReport report, SupportSize size)
    {
        int count = report.Assays.Measured.Count;
        Table table = new Table().Border(TableBorder.Rounded)
            .Title($"[bold]ROC AUC[/], {size}: mean over {count} {MoleculeSettings.Name(report.Options.Collection)} assays of {report.Options.Supports} supports, ± 95 % over assays")
            .AddColumn("ranked by");
        string[] columns = report.Options.Keys > 1 ? ["all queries", "seen in training", "never seen", "above the forest", "over trainings"] : ["all queries", "seen in training", "never seen", "above the forest"];
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        MoleculeRow forest = report.Forest(size);
        foreach (MoleculeRow row in report.Rows.Where(row => row.Size == size))
        {
            string above = ReferenceEquals(row, forest) ? "" : Text(row.Above(forest));
            string[] cells = [Markup.Escape(row.Scorer), Text(row.All), Text(row.Seen), Text(row.Unseen), above];
            table.AddRow(report.Options.Keys > 1 ? [.. cells, row.Keys.Count > 1 ? Text(Interval.Of(row.Keys)) : ""] : cells);
        }

        return table;
    }

    private static Table Each(MoleculeReport report, SupportSize size)
    {
        MoleculeRow[] rows = [.. report.Rows.Where(row => row.Size == size)];
        Table table = new Table().Border(TableBorder.Rounded)
            .Title($"[bold]ROC AUC[/], {size}, ± 95 % over {report.Options.Supports} supports of the assay").AddColumn("assay");
        foreach (MoleculeRow row in rows)
        {
            table.AddColumn(new TableColumn(Markup.Escape(row.Scorer)).RightAligned());
        }

        for (int i = 0; i < report.Assays.Measured.Count; i++)
        {
            table.AddRow([Markup.Escape(report.Assays.Set.Assays[report.Assays.Measured[i]].Name), .. rows.Select(row => Text(row.Supports[i]))]);
        }

        return table;
    }

    private static string Spent(TrainedEmbedding training) => training.Epsilon is double epsilon
        ? string.Create(CultureInfo.InvariantCulture, $" with ε = {Math.Ceiling(epsilon * 1000) / 1000:0.###} (σ = {training.NoiseMultiplier:0.###})")
        : " without privacy";
}

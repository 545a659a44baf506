using FastDPMeta.Cli.Molecules;
using ScottPlot;
using ScottPlot.Plottables;

namespace FastDPMeta.Cli.Plots;

/// <summary>The frontier: mean area under the curve against ε, with what needs no training beside it.</summary>
internal static class MoleculesPlot
{
    private const int Width = 900;
    private const int Height = 480;

    /// <summary>A PNG of the supports of one size.</summary>
    internal static byte[] Render(MoleculeReport report, SupportSize size)
    {
        Palette.Apply();
        using Plot plot = new();
        MoleculeRow[] rows = [.. report.Rows.Where(row => row.Size == size && row.Epsilon is double epsilon && double.IsFinite(epsilon)).OrderBy(row => row.Epsilon)];
        double[] epsilons = [.. rows.Select(row => Math.Log10(row.Epsilon!.Value))];
        Line(plot, epsilons, rows, row => row.All, Palette.Loss, "all queries");
        Line(plot, epsilons, rows, row => row.Unseen, Palette.Right, "structures never seen");
        foreach (MoleculeRow row in report.Rows.Where(row => row.Size == size && row.Epsilon is null or double.PositiveInfinity))
        {
            HorizontalLine level = plot.Add.HorizontalLine(row.All.Mean, 1.5f, row.Epsilon is null ? Palette.Truth : Palette.Before, LinePattern.Dashed);
            level.LegendText = row.Scorer;
        }

        plot.Axes.Bottom.SetTicks(epsilons, [.. rows.Select(row => MoleculeSettings.BudgetText(row.Epsilon!.Value))]);
        plot.XLabel(report.Options.Unit == MoleculeUnit.Compound ? "ε for a compound" : "ε for an assay");
        plot.YLabel($"ROC AUC, {size}");
        plot.ShowLegend(Edge.Right);
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);
    }

    private static void Line(Plot plot, double[] x, MoleculeRow[] rows, Func<MoleculeRow, Interval> value, Color color, string name)
    {
        Interval[] values = [.. rows.Select(value)];
        Scatter line = plot.Add.Scatter(x, values.Select(one => one.Mean).ToArray(), color);
        line.LineWidth = 2.5f;
        line.LegendText = name;
        plot.Add.ErrorBar(x, [.. values.Select(one => one.Mean)], [.. values.Select(one => double.IsNaN(one.HalfWidth) ? 0 : one.HalfWidth)]).Color = color;
    }
}

using FastDPMeta.Cli.Plans;
using ScottPlot;
using ScottPlot.Plottables;

namespace FastDPMeta.Cli.Plots;

/// <summary>ε against rounds, as every accountant has it.</summary>
internal static class AccountantsPlot
{
    private const int Width = 900;
    private const int Height = 480;

    /// <summary>A PNG.</summary>
    internal static byte[] Render(AccountantComparison comparison)
    {
        Palette.Apply();
        using Plot plot = new();
        Line(plot, comparison, point => point.Moments, Palette.Before, "Rényi (upper bound)", LinePattern.Solid);
        Line(plot, comparison, point => point.Upper, Palette.Loss, "certified (upper bound)", LinePattern.Solid);
        Line(plot, comparison, point => point.Lower, Palette.Right, "certified (lower bound)", LinePattern.Dotted);
        Line(plot, comparison, point => point.Estimate ?? double.NaN, Palette.Truth, "Gaussian limit (estimate, understates)", LinePattern.Dashed);
        plot.XLabel("rounds");
        plot.YLabel("ε");
        plot.ShowLegend(Edge.Top);
        plot.Legend.Orientation = Orientation.Horizontal;
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);
    }

    private static void Line(Plot plot, AccountantComparison comparison, Func<AccountantComparison.Point, double> value, Color color, string name, LinePattern pattern)
    {
        AccountantComparison.Point[] finite = [.. comparison.Curve.Where(point => double.IsFinite(value(point)))];
        if (finite.Length == 0)
        {
            return;
        }

        double[] steps = [.. finite.Select(point => (double)point.Steps)], epsilons = [.. finite.Select(value)];
        Scatter line = plot.Add.ScatterLine(steps, epsilons, color);
        line.LineWidth = 2.5f;
        line.LinePattern = pattern;
        line.LegendText = name;
    }
}

using FastDPMeta.Cli.Reports;
using FastDPMeta.Privacy.Frontiers;
using ScottPlot;
using ScottPlot.Plottables;

namespace FastDPMeta.Cli.Plots;

/// <summary>The metric against ε on a logarithmic axis, training without privacy at its right end, baselines as horizontal lines.</summary>
internal static class FrontierPlot
{
    private const int Width = 900;
    private const int Height = 480;
    private const double Gap = 0.35; // decades between the largest budget and no privacy
    private static readonly LinePattern[] Patterns = [LinePattern.Dashed, LinePattern.Dotted, LinePattern.DenselyDashed];

    /// <summary>A PNG.</summary>
    internal static byte[] Render(PrivacyFrontier frontier)
    {
        Palette.Apply();
        using Plot plot = new();
        double last = frontier.Points.Where(point => double.IsFinite(point.Epsilon)).Select(point => Math.Log10(point.Epsilon)).DefaultIfEmpty(0).Max();
        double X(FrontierPoint point) => double.IsFinite(point.Epsilon) ? Math.Log10(point.Epsilon) : last + Gap;
        FrontierPoint[] finite = [.. frontier.Points.Where(point => double.IsFinite(point.Value.Mean))];
        FrontierPoint[] budgets = [.. finite.Where(point => double.IsFinite(point.Epsilon))];
        Curve(plot, budgets, X, Palette.Loss, "private, 95 % over keys");
        Curve(plot, [.. finite.Except(budgets)], X, Palette.Right, "without privacy");
        for (int i = 0; i < frontier.Baselines.Count; i++)
        {
            (string name, MeanInterval value) = frontier.Baselines[i];
            if (double.IsFinite(value.Mean))
            {
                HorizontalLine line = plot.Add.HorizontalLine(value.Mean, 2, i % 2 == 0 ? Palette.Before : Palette.Truth, Patterns[i % Patterns.Length]);
                line.LegendText = name;
            }
        }

        plot.Axes.Bottom.SetTicks([.. frontier.Points.Select(X)], [.. frontier.Points.Select(point => FrontierText.Budget(point.Epsilon))]);
        plot.Title($"{frontier.Design.Name}: what privacy costs");
        plot.XLabel("budget of each training");
        plot.YLabel(frontier.Metric);
        plot.ShowLegend(Edge.Bottom);
        plot.Legend.Orientation = Orientation.Horizontal;
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);
    }

    private static void Curve(Plot plot, FrontierPoint[] points, Func<FrontierPoint, double> x, Color color, string name)
    {
        if (points.Length == 0)
        {
            return;
        }

        double[] at = [.. points.Select(x)], means = [.. points.Select(point => point.Value.Mean)];
        Scatter curve = plot.Add.Scatter(at, means, color);
        curve.LineWidth = 2.5f;
        curve.MarkerSize = 8;
        curve.LegendText = name;
        ErrorBar bars = plot.Add.ErrorBar(at, means, [.. points.Select(point => double.IsFinite(point.Value.HalfWidth) ? point.Value.HalfWidth : 0)]);
        bars.Color = color;
        bars.LineWidth = 2;
    }
}

using FastDPMeta.Cli.Training;
using ScottPlot;
using ScottPlot.Plottables;

namespace FastDPMeta.Cli.Plots;

/// <summary>Loss on fresh tasks or test examples over rounds, with the ε spent on the right axis.</summary>
internal static class RoundsPlot
{
    private const int Width = 900;
    private const int Height = 480;

    /// <summary>A PNG.</summary>
    internal static byte[] Render(IReadOnlyList<RoundPoint> history, bool hasTasks = true)
    {
        Palette.Apply();
        using Plot plot = new();
        RoundPoint[] finite = [.. history.Where(point => double.IsFinite(point.Loss))];
        double[] rounds = [.. finite.Select(point => (double)point.Round)];
        Line(plot, rounds, [.. finite.Select(point => point.Loss)], Palette.Loss, hasTasks ? "loss on fresh tasks" : "loss on test examples", 2.5f);
        RoundPoint[] charged = [.. history.Where(point => point.Epsilon is double epsilon && double.IsFinite(epsilon))];
        if (charged.Length > 0)
        {
            Scatter spent = Line(
                plot, [.. charged.Select(point => (double)point.Round)], [.. charged.Select(point => point.Epsilon!.Value)], Palette.Epsilon, "ε spent (right)", 2.5f);
            spent.Axes.YAxis = plot.Axes.Right;
            plot.Axes.Right.Label.Text = "ε spent";
            plot.Axes.Right.Label.ForeColor = Palette.Epsilon;
            plot.Axes.SetLimitsY(0, charged[^1].Epsilon!.Value * 1.1, plot.Axes.Right);
        }

        plot.XLabel("round");
        plot.YLabel(hasTasks ? "loss after adapting" : "loss");
        plot.ShowLegend(Edge.Top);
        plot.Legend.Orientation = Orientation.Horizontal;
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);
    }

    private static Scatter Line(Plot plot, double[] x, double[] y, Color color, string name, float width)
    {
        Scatter line = plot.Add.ScatterLine(x, y, color);
        line.LineWidth = width;
        line.LegendText = name;
        return line;
    }
}

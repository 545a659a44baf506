using FastDPMeta.Cli.Training;
using ScottPlot;
using ScottPlot.Plottables;

namespace FastDPMeta.Cli.Plots;

/// <summary>Loss over rounds, raw and smoothed, with the ε spent on the right axis.</summary>
internal static class RoundsPlot
{
    private const int Width = 900;
    private const int Height = 480;
    private const double SmoothingFraction = 0.02; // of the rounds: enough to see the trend through the noise of one lot

    /// <summary>A PNG.</summary>
    internal static byte[] Render(IReadOnlyList<RoundPoint> history)
    {
        Palette.Apply();
        using Plot plot = new();
        RoundPoint[] finite = [.. history.Where(point => double.IsFinite(point.Loss))];
        double[] rounds = [.. finite.Select(point => (double)point.Round)];
        Line(plot, rounds, [.. finite.Select(point => point.Loss)], Palette.Loss.WithAlpha(.25), "loss of each round", 1);
        Line(plot, rounds, Smooth(finite), Palette.Loss, "smoothed", 2.5f);
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
        plot.YLabel("loss on query points");
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

    /// <summary>Exponential moving average, corrected for its start (Kingma and Ba 2015, section 3).</summary>
    private static double[] Smooth(RoundPoint[] points)
    {
        double keep = 1.0 - (1.0 / Math.Max(1.0, points.Length * SmoothingFraction));
        double sum = 0.0;
        double weight = 0.0;
        double[] smooth = new double[points.Length];
        for (int i = 0; i < points.Length; i++)
        {
            sum = (keep * sum) + ((1.0 - keep) * points[i].Loss);
            weight = (keep * weight) + (1.0 - keep);
            smooth[i] = sum / weight;
        }

        return smooth;
    }
}

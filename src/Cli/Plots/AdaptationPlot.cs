using FastDPMeta.Cli.Training;
using ScottPlot;
using ScottPlot.MultiplotLayouts;
using ScottPlot.Plottables;

namespace FastDPMeta.Cli.Plots;

/// <summary>Fresh sinusoid tasks side by side: the true curve, the support points, and the prediction before and after adapting.</summary>
internal static class AdaptationPlot
{
    private const int PanelWidth = 460;
    private const int Height = 420;
    private const double HeightShown = 7; // amplitudes reach 5; the rest is room for the legend

    /// <summary>A PNG.</summary>
    internal static byte[] Render(IReadOnlyList<SinusoidAdaptation> tasks)
    {
        Palette.Apply();
        Multiplot sheet = new();
        sheet.AddPlots(tasks.Count);
        sheet.Layout = new Grid(1, tasks.Count);
        for (int i = 0; i < tasks.Count; i++)
        {
            Draw(sheet.GetPlot(i), tasks[i], withLegend: i == 0);
        }

        return sheet.Render(PanelWidth * tasks.Count, Height).GetImageBytes(ImageFormat.Png);
    }

    private static void Draw(Plot plot, SinusoidAdaptation task, bool withLegend)
    {
        Curve(plot, task.X, task.Truth, Palette.Truth, "truth", width: 5);
        for (int i = 0; i < task.Predictions.Count; i++)
        {
            (int steps, double[] y) = task.Predictions[i];
            string name = task.Predictions.Count == 1 ? "adapted" : steps switch { 0 => "before", 1 => "after 1 step", _ => $"after {steps} steps" };
            Scatter curve = Curve(plot, task.X, y, Palette.AfterSteps(i, task.Predictions.Count), name, width: 2);
            curve.LinePattern = steps == 0 ? LinePattern.Dashed : LinePattern.Solid;
        }

        Scatter points = plot.Add.ScatterPoints(task.SupportX, task.SupportY);
        points.Color = Palette.Support;
        points.MarkerSize = 7;
        points.LegendText = $"{task.SupportX.Length} support points";
        plot.Axes.SetLimitsX(task.X[0], task.X[^1]);
        plot.XLabel("x");
        plot.Axes.SetLimitsY(-HeightShown, HeightShown);
        if (withLegend)
        {
            plot.YLabel("y");
            plot.ShowLegend(Alignment.LowerCenter, Orientation.Horizontal);
            plot.Legend.TightHorizontalWrapping = true;
            plot.Legend.BackgroundColor = Colors.White.WithAlpha(.8);
        }
        else
        {
            plot.HideLegend();
        }
    }

    private static Scatter Curve(Plot plot, double[] x, double[] y, Color color, string name, float width)
    {
        Scatter curve = plot.Add.ScatterLine(x, y, color);
        curve.LineWidth = width;
        curve.LegendText = name;
        return curve;
    }
}

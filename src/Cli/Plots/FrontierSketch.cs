using FastDPMeta.Cli.Reports;
using FastDPMeta.Privacy.Frontiers;

namespace FastDPMeta.Cli.Plots;

/// <summary>A frontier in characters, for terminals: budgets side by side, intervals as bars, baselines as dotted lines.</summary>
internal static class FrontierSketch
{
    private const int Height = 13;
    private const int Column = 12;

    /// <summary>The lines from top to bottom; none where no value is finite.</summary>
    internal static IReadOnlyList<string> Lines(PrivacyFrontier frontier)
    {
        double[] ends =
        [
            .. frontier.Points.SelectMany(point => (double[])[point.Value.Mean, point.Value.Mean - point.Value.HalfWidth, point.Value.Mean + point.Value.HalfWidth])
                .Concat(frontier.Baselines.Select(baseline => baseline.Value.Mean)).Where(double.IsFinite),
        ];
        if (ends.Length == 0)
        {
            return [];
        }

        (double low, double high) = (ends.Min(), ends.Max());
        double room = high > low ? 0 : Math.Max(1e-3, Math.Abs(high) / 10); // equal values stand in the middle
        Scale scale = new(low - room, high + room);
        char[][] rows = [.. Enumerable.Range(0, Height).Select(_ => Enumerable.Repeat(' ', Column * frontier.Points.Count).ToArray())];
        string[] names = DrawBaselines(frontier, scale, rows);
        for (int i = 0; i < frontier.Points.Count; i++)
        {
            Draw(frontier.Points[i].Value, scale, rows, (i * Column) + (Column / 2));
        }

        string[] ticks = [.. Enumerable.Range(0, Height).Select(row => row % (Height / 2) == 0 ? MetricText.Of(frontier.Metric, scale.ValueAt(row)) : "")];
        int width = ticks.Max(tick => tick.Length);
        return
        [
            .. rows.Select((row, i) => $"{ticks[i].PadLeft(width)} {(ticks[i].Length > 0 ? '┤' : '│')}{new string(row)} {names[i]}".TrimEnd()),
            $"{new string(' ', width)} └{new string('─', Column * frontier.Points.Count)}",
            $"{new string(' ', width + 2)}{string.Concat(frontier.Points.Select(point => Centred(FrontierText.Budget(point.Epsilon))))}".TrimEnd(),
        ];
    }

    private static string[] DrawBaselines(PrivacyFrontier frontier, Scale scale, char[][] rows)
    {
        string[] names = [.. Enumerable.Repeat("", Height)];
        foreach ((string name, MeanInterval value) in frontier.Baselines.Where(baseline => double.IsFinite(baseline.Value.Mean)))
        {
            int row = scale.RowOf(value.Mean);
            Array.Fill(rows[row], '·');
            names[row] = names[row].Length == 0 ? name : $"{names[row]}; {name}";
        }

        return names;
    }

    private static void Draw(MeanInterval value, Scale scale, char[][] rows, int column)
    {
        if (!double.IsFinite(value.Mean))
        {
            return;
        }

        double half = double.IsFinite(value.HalfWidth) ? value.HalfWidth : 0;
        for (int row = scale.RowOf(value.Mean + half); row <= scale.RowOf(value.Mean - half); row++)
        {
            rows[row][column] = '│';
        }

        rows[scale.RowOf(value.Mean)][column] = '●';
    }

    private static string Centred(string text) => text.PadLeft((Column + text.Length) / 2).PadRight(Column);

    /// <summary>From values to rows, the highest first.</summary>
    private readonly record struct Scale(double Low, double High)
    {
        public int RowOf(double value) => (int)Math.Round((High - value) / (High - Low) * (Height - 1));

        public double ValueAt(int row) => High - ((High - Low) * row / (Height - 1));
    }
}

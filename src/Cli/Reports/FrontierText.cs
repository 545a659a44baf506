using System.Globalization;
using FastDPMeta.Cli.Plots;
using FastDPMeta.Privacy.Accounting.Certified;
using FastDPMeta.Privacy.Frontiers;
using Spectre.Console;

namespace FastDPMeta.Cli.Reports;

/// <summary>A frontier for people: a table, a picture in characters, and in words what all of it spends.</summary>
internal static class FrontierText
{
    /// <summary>One training, as it ends.</summary>
    internal static string Of(FrontierRun run) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Budget(run.Cell.Epsilon)}, key {run.Cell.Key}: {run.Metric} {MetricText.Of(run.Metric, run.Value)}{(run.Cell.IsPrivate ? $", ε spent {Up(run.EpsilonSpent)}" : "")}, {run.Seconds:0.0} s");

    internal static void Print(IAnsiConsole console, PrivacyFrontier frontier, string whom, string limits)
    {
        Table table = new Table().Border(TableBorder.Rounded)
            .Title($"[bold]{Markup.Escape(frontier.Metric)}[/] of {Markup.Escape(frontier.Design.Name)}, means over keys")
            .AddColumn("budget of each training");
        foreach (string heading in (string[])[frontier.Metric, "95 % ±", "keys", "seconds each", "all keys together"])
        {
            table.AddColumn(new TableColumn(Markup.Escape(heading)).RightAligned());
        }

        foreach (FrontierPoint point in frontier.Points)
        {
            table.AddRow(
                Budget(point.Epsilon),
                MetricText.Of(frontier.Metric, point.Value.Mean),
                MetricText.Of(frontier.Metric, point.Value.HalfWidth),
                point.Value.Count.ToString(CultureInfo.InvariantCulture),
                point.Seconds.ToString("0.0", CultureInfo.InvariantCulture),
                point.Together is { } together ? $"ε ≤ {Up(together.Upper)}" : "no bound");
        }

        foreach ((string name, MeanInterval value) in frontier.Baselines)
        {
            table.AddRow(
                Markup.Escape(name), MetricText.Of(frontier.Metric, value.Mean), MetricText.Of(frontier.Metric, value.HalfWidth), value.Count.ToString(CultureInfo.InvariantCulture), "", "");
        }

        console.Write(table);
        foreach (string line in FrontierSketch.Lines(frontier))
        {
            console.WriteLine(line);
        }

        foreach (string sentence in Spent(frontier, whom, limits))
        {
            console.WriteLine(sentence);
        }
    }

    /// <summary>What the trainings reveal together, which is more than the budget of any.</summary>
    internal static IEnumerable<string> Spent(PrivacyFrontier frontier, string whom, string limits)
    {
        if (frontier.Together is EpsilonInterval together)
        {
            int count = frontier.Runs.Count(run => run.Cell.IsPrivate);
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Published together, the {count} private trainings spend ε ≤ {Up(together.Upper)} at δ = {frontier.Design.Delta:g} for {whom} "
                + $"(certified composition; by the same reckoning one alone spends at most {Up(frontier.Alone!.Value.Upper)}. Their ledgers, added up, count {Up(frontier.SumOfEpsilons)} at δ = {frontier.Design.Delta * count:g3}).{limits}");
            yield return "Whoever publishes several of them, or one chosen by its result, spends what they spend together, not the budget of one.";
        }

        if (frontier.HasUnprotected)
        {
            yield return "The trainings without privacy are bounded by nothing (ε = ∞): their numbers protect nobody, so publish them for public data only.";
        }
    }

    internal static string Budget(double epsilon) => double.IsFinite(epsilon) ? string.Create(CultureInfo.InvariantCulture, $"ε = {epsilon:0.####}") : "no privacy";

    // Rounded up, as ε always is.
    private static string Up(double epsilon) => (Math.Ceiling(epsilon * 1000) / 1000).ToString("0.000", CultureInfo.InvariantCulture);
}

using System.Globalization;
using FastDPMeta.Cli.Terminal;
using Spectre.Console;

namespace FastDPMeta.Cli.Recommendation;

/// <summary>The result for people: errors or hit rates by the number of known ratings, each paired with the baseline's of the same draws.</summary>
internal static class RecommendTable
{
    internal static void Print(IAnsiConsole console, RecommendOptions options, RecommendResult result, string folder)
    {
        Table table = new Table().Border(TableBorder.Rounded)
            .Title($"[bold]{(options.Goal == RecommendGoal.Ratings ? "RMSE of predicted ratings" : "Hit rate: liked movie among the first 10 of 100")}[/], {result.Asked} {(options.Validation ? "validation" : "fresh")} people, mean ± deviation over {result.Draws} random supports")
            .AddColumn("model")
            .AddColumn(new TableColumn("learned").RightAligned());
        foreach (int known in RecommendResult.Known)
        {
            table.AddColumn(new TableColumn($"{known} known").RightAligned());
        }

        foreach (RecommendRow row in result.Rows)
        {
            table.AddRow([
                Markup.Escape(row.Name),
                row.Parameters == 0 ? "" : row.Parameters.ToString(CultureInfo.InvariantCulture),
                .. row.Scores.Select((scores, column) => Cell(scores.Main, ReferenceEquals(row, result.Baseline) ? null : result.Baseline.Scores[column].Main)),
            ]);
        }

        console.Write(table);
        console.WriteLine("In brackets: against the first row, on the same supports.");
        if (result.Advice is { } advice)
        {
            console.WriteLine($"Planner: {advice.Sentence}");
        }

        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Trained in {result.Seconds:0.0} s on {result.Device}."));
        console.WriteLine($"Guarantee: {Guarantee(options, result)}");
        console.WriteLine($"Files: {folder}");
    }

    internal static string Guarantee(RecommendOptions options, RecommendResult result) => options.Epsilon is null
        ? "None: this run was not private."
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{ProgressText.Epsilon(result.Run.Epsilon ?? double.PositiveInfinity)} at δ = {options.Delta:g} for adding or removing one person of {result.People} with all that the person ever rated: offsets of movies and training together, of the run's model. The other rows are not in it, and test people's ratings are measured as they are. How many people there are is taken as public.");

    private static string Cell(RecommendMetric metric, RecommendMetric? baseline)
    {
        string own = string.Create(CultureInfo.InvariantCulture, $"{metric.Mean:0.000} ± {metric.Deviation:0.000}");
        return baseline is null ? own : string.Create(CultureInfo.InvariantCulture, $"{own} ({100 * metric.Against(baseline).Mean:+0.0;-0.0;0.0} %)");
    }
}

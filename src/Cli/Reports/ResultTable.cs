using System.Globalization;
using FastDPMeta.Cli.Training;
using FastDPMeta.Engine.Nn;
using Spectre.Console;

namespace FastDPMeta.Cli.Reports;

/// <summary>The result for people: a table of learners on the same fresh tasks, what was spent, and where the files are.</summary>
internal static class ResultTable
{
    internal static void Print(IAnsiConsole console, TrainingOptions options, TrainingResult result, string folder)
    {
        Table table = new Table().Border(TableBorder.Rounded)
            .Title($"[bold]{Markup.Escape(result.Metric)}[/] on {result.FreshTasks} {(options.HasTasks ? "fresh tasks" : "test examples")}{(options.Norm == NormKind.Transductive ? ", [bold]transductive[/]: queries predicted from one another" : "")}")
            .AddColumn("learner");
        if (options.HasTasks)
        {
            table.AddColumn(new TableColumn("before adapting").RightAligned());
        }

        table.AddColumn(new TableColumn(options.HasTasks ? "after" : result.Metric).RightAligned())
            .AddColumn(new TableColumn("95 % ±").RightAligned());
        foreach (Comparison row in result.Comparisons)
        {
            string[] numbers = [Number(result, row.Before), Number(result, row.After), Number(result, row.Ci95)];
            table.AddRow([Markup.Escape(row.Name), .. options.HasTasks ? numbers : numbers[1..]]);
        }

        console.Write(table);
        string rounds = result.BudgetSpent ? $"{result.Rounds} of {options.Rounds} rounds (the budget is spent)"
            : result.Stopped ? $"{result.Rounds} of {options.Rounds} rounds (stopped; go on with --resume)"
            : $"{result.Rounds} rounds";
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rounds} in {result.Seconds:0.0} s on {result.Device}, {result.AllocatedBytesPerRound:0} bytes allocated a round"));
        console.WriteLine($"Guarantee: {Guarantee.Sentence(options, result)}");
        if (result.NonFiniteUnits > 0)
        {
            console.WriteLine($"{result.NonFiniteUnits} contributions were not finite and counted as zero.");
        }

        if (!double.IsFinite(result.After))
        {
            console.WriteLine("Adapting ran away on some fresh tasks, so their mean is no number. Lower --inner-rate or --adapt-steps.");
        }

        console.WriteLine($"Files: {folder}");
    }

    private static string Number(TrainingResult result, double? value) => MetricText.Of(result.Metric, value);
}

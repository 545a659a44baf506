using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Privacy.Frontiers;
using Spectre.Console;

namespace FastDPMeta.Cli.Roles;

/// <summary>The result for people, and as JSON.</summary>
internal static class RoleTable
{
    internal const string FileName = "report.json";

    internal static void Print(IAnsiConsole console, RoleOptions options, RoleResult result, string folder)
    {
        Table table = new Table().Border(TableBorder.Rounded)
            .Title($"next character of [bold]{result.Roles} held-out roles[/], {result.Episodes} episodes, intervals over roles")
            .AddColumn("learner");
        foreach (string heading in (string[])["bits per character", "95 % ±", "accuracy", "95 % ±"])
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        foreach (RoleRow row in result.Rows)
        {
            table.AddRow(
                Markup.Escape(row.Name), MetricText.Of("bits", row.Bits.Mean), MetricText.Of("bits", row.Bits.HalfWidth),
                MetricText.Of("accuracy", row.Accuracy.Mean), MetricText.Of("accuracy", row.Accuracy.HalfWidth));
        }

        console.Write(table);
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Rounds} of {options.Rounds} rounds on {result.TrainingRoles} roles in {result.Seconds:0.0} s on {result.Device}, {result.Parameters} learned numbers"));
        console.WriteLine($"Guarantee: {Guarantee(options, result)}");
        if (result.Population is { } population)
        {
            console.WriteLine(population);
        }

        console.WriteLine($"Files: {folder}");
    }

    /// <summary>What ε compares.</summary>
    internal static string Change(int roles) => $"adding or removing one role of {roles}, with all its speeches";

    internal static string Line(RoleOptions options, RoleResult result) => JsonLine.Of(writer =>
    {
        writer.WriteString("task", RoleOptions.Task);
        writer.WriteString("device", result.Device);
        writer.WriteNumber("parameters", result.Parameters);
        writer.WriteNumber("trainingRoles", result.TrainingRoles);
        writer.WriteNumber("roles", result.Roles);
        writer.WriteNumber("episodes", result.Episodes);
        SummaryJson.Write(writer, "epsilon", result.Epsilon);
        SummaryJson.Write(writer, "delta", options.Epsilon is null ? null : options.Delta);
        SummaryJson.Write(writer, "noiseMultiplier", result.NoiseMultiplier);
        writer.WriteNumber("rounds", result.Rounds);
        writer.WriteBoolean("stopped", result.Stopped);
        writer.WriteNumber("seconds", Math.Round(result.Seconds, 3));
        writer.WriteString("guarantee", Guarantee(options, result));
        writer.WriteString("population", result.Population ?? "");
        writer.WriteStartArray("rows");
        foreach (RoleRow row in result.Rows)
        {
            writer.WriteStartObject();
            writer.WriteString("name", row.Name);
            Write(writer, "bits", row.Bits);
            Write(writer, "accuracy", row.Accuracy);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WritePropertyName("options");
        JsonNode.Parse(RoleOptions.Recipe.Write(options))!.WriteTo(writer); // on this line, not on its own
    });

    private static string Guarantee(RoleOptions options, RoleResult result) => options.Epsilon is null
        ? "None: this run was not private."
        : string.Create(
            CultureInfo.InvariantCulture, $"{ProgressText.Epsilon(result.Epsilon ?? double.PositiveInfinity)} at δ = {options.Delta:g} for {Change(result.TrainingRoles)}, of the run's model; the other rows are not in it. How many roles there are is taken as public.");

    private static void Write(Utf8JsonWriter writer, string name, MeanInterval value)
    {
        SummaryJson.Write(writer, name, value.Mean);
        SummaryJson.Write(writer, $"{name}Ci95", value.HalfWidth);
    }
}

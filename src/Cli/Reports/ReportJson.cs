using System.Text.Json;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Reports;

/// <summary><c>report.json</c>: the summary, the options, what ε is for, the table and the history.</summary>
internal static class ReportJson
{
    internal const string FileName = "report.json";

    internal static byte[] Write(TrainingOptions options, TrainingResult result)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            SummaryJson.WriteFields(writer, options, result);
            writer.WriteNumber("freshTasks", result.FreshTasks);
            writer.WriteNumber("nonFiniteUnits", result.NonFiniteUnits);
            writer.WriteString("guarantee", Guarantee.Sentence(options, result));
            if (result.PopulationHash is { } hash)
            {
                writer.WriteString("populationFile", Population.FileName);
                writer.WriteString("populationSha256", hash);
            }

            writer.WritePropertyName("options");
            writer.WriteRawValue(OptionsFile.Write(options));
            WriteComparisons(writer, result.Comparisons);
            WriteHistory(writer, result.History);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteComparisons(Utf8JsonWriter writer, IReadOnlyList<Comparison> rows)
    {
        writer.WriteStartArray("comparisons");
        foreach (Comparison row in rows)
        {
            writer.WriteStartObject();
            writer.WriteString("name", row.Name);
            SummaryJson.Write(writer, "before", row.Before);
            SummaryJson.Write(writer, "after", row.After);
            SummaryJson.Write(writer, "ci95", row.Ci95);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteHistory(Utf8JsonWriter writer, IReadOnlyList<RoundPoint> history)
    {
        writer.WriteStartArray("history");
        foreach (RoundPoint point in history)
        {
            writer.WriteStartObject();
            writer.WriteNumber("round", point.Round);
            SummaryJson.Write(writer, "loss", point.Loss);
            SummaryJson.Write(writer, "epsilon", point.Epsilon);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}

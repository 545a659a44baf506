using System.Text.Json;
using FastDPMeta.Cli.Reports;

namespace FastDPMeta.Cli.Recommendation;

/// <summary>The result as JSON: the line of <c>--json</c>, and <c>report.json</c> with the options besides.</summary>
internal static class RecommendJson
{
    internal static string Line(RecommendOptions options, RecommendResult result) => JsonLine.Of(writer => WriteFields(writer, options, result));

    internal static byte[] Report(RecommendOptions options, RecommendResult result)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            WriteFields(writer, options, result);
            writer.WriteString("guarantee", RecommendTable.Guarantee(options, result));
            writer.WritePropertyName("options");
            writer.WriteRawValue(RecommendOptions.Recipe.Write(options));
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteFields(Utf8JsonWriter writer, RecommendOptions options, RecommendResult result)
    {
        writer.WriteString("task", RecommendOptions.Task);
        writer.WriteString("goal", SummaryJson.Name(options.Goal));
        writer.WriteString("device", result.Device);
        SummaryJson.Write(writer, "epsilon", result.Run.Epsilon);
        SummaryJson.Write(writer, "delta", options.Epsilon is null ? null : options.Delta);
        writer.WriteString("unit", "person");
        writer.WriteString("measuredOn", options.Validation ? "validation" : "test");
        writer.WriteNumber("people", result.People);
        writer.WriteNumber("asked", result.Asked);
        writer.WriteNumber("draws", result.Draws);
        writer.WriteNumber("seconds", Math.Round(result.Seconds, 3));
        if (result.Advice is { } advice)
        {
            writer.WriteString("advice", advice.Sentence);
        }

        writer.WriteStartArray("rows");
        foreach (RecommendRow row in result.Rows)
        {
            writer.WriteStartObject();
            writer.WriteString("name", row.Name);
            writer.WriteNumber("parameters", row.Parameters);
            SummaryJson.Write(writer, "epsilon", row.Epsilon);
            writer.WriteStartArray("scores");
            for (int column = 0; column < row.Scores.Count; column++)
            {
                Write(writer, RecommendResult.Known[column], row.Scores[column], result.Baseline.Scores[column]);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, int known, RecommendScores scores, RecommendScores baseline)
    {
        writer.WriteStartObject();
        writer.WriteNumber("known", known);
        for (int i = 0; i < scores.Metrics.Count; i++)
        {
            RecommendMetric metric = scores.Metrics[i];
            RecommendMetric against = metric.Against(baseline.Metrics[i]);
            SummaryJson.Write(writer, metric.Name, metric.Mean);
            SummaryJson.Write(writer, $"{metric.Name}Deviation", metric.Deviation);
            SummaryJson.Write(writer, $"{metric.Name}Against", against.Mean);
            SummaryJson.Write(writer, $"{metric.Name}AgainstDeviation", against.Deviation);
        }

        writer.WriteEndObject();
    }
}

using System.Text.Json;
using FastDPMeta.Privacy.Frontiers;

namespace FastDPMeta.Cli.Reports;

/// <summary>A frontier as one JSON object on one line. JSON has no ∞: a budget of null is training without privacy.</summary>
internal static class FrontierSummary
{
    internal static string Line(PrivacyFrontier frontier, string whom, int planned) => JsonLine.Of(writer =>
    {
        writer.WriteString("name", frontier.Design.Name);
        writer.WriteString("metric", frontier.Metric);
        writer.WriteNumber("delta", frontier.Design.Delta);
        writer.WriteString("for", whom);
        writer.WriteNumber("trainings", frontier.Runs.Count);
        writer.WriteNumber("planned", planned);
        writer.WriteStartArray("points");
        foreach (FrontierPoint point in frontier.Points)
        {
            writer.WriteStartObject();
            SummaryJson.Write(writer, "epsilon", point.Epsilon);
            Write(writer, point.Value);
            SummaryJson.Write(writer, "seconds", point.Seconds);
            SummaryJson.Write(writer, "togetherLower", point.Together?.Lower);
            SummaryJson.Write(writer, "togetherUpper", point.Together?.Upper);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("baselines");
        foreach ((string name, MeanInterval value) in frontier.Baselines)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            Write(writer, value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        SummaryJson.Write(writer, "togetherLower", frontier.Together?.Lower);
        SummaryJson.Write(writer, "togetherUpper", frontier.Together?.Upper);
        SummaryJson.Write(writer, "aloneUpper", frontier.Alone?.Upper);
        writer.WriteNumber("sumOfEpsilons", frontier.SumOfEpsilons);
        writer.WriteBoolean("hasUnprotected", frontier.HasUnprotected);
    });

    private static void Write(Utf8JsonWriter writer, MeanInterval value)
    {
        SummaryJson.Write(writer, "mean", value.Mean);
        SummaryJson.Write(writer, "ci95", value.HalfWidth);
        writer.WriteNumber("keys", value.Count);
    }
}

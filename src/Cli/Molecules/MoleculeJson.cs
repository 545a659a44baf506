using System.Text;
using System.Text.Json;
using FastDPMeta.Cli.Reports;

namespace FastDPMeta.Cli.Molecules;

/// <summary>The result as JSON: one line for <c>--json</c>, and <c>report.json</c> with every assay.</summary>
internal static class MoleculeJson
{
    internal const string FileName = "report.json";

    internal static string Line(MoleculeReport report) => JsonLine.Of(writer => WriteFields(writer, report, everyAssay: false));

    internal static byte[] File(MoleculeReport report)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            WriteFields(writer, report, everyAssay: true);
            writer.WritePropertyName("options");
            writer.WriteRawValue(Encoding.UTF8.GetBytes(MoleculeSettings.Write(report.Options)));
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteFields(Utf8JsonWriter writer, MoleculeReport report, bool everyAssay)
    {
        writer.WriteString("task", "molecules");
        writer.WriteString("collection", MoleculeSettings.Name(report.Options.Collection));
        writer.WriteString("unit", SummaryJson.Name(report.Options.Unit));
        writer.WriteString("device", report.Device);
        writer.WriteNumber("trainingAssays", report.Assays.Training.Count);
        writer.WriteNumber("measuredAssays", report.Assays.Measured.Count);
        writer.WriteNumber("supports", report.Options.Supports);
        SummaryJson.Write(writer, "measuringSeconds", Math.Round(report.MeasuringSeconds, 3));
        writer.WriteString("guarantee", report.Guarantee);
        writer.WriteStartArray("trainings");
        foreach (TrainedEmbedding training in report.Trainings.SelectMany(budget => budget))
        {
            writer.WriteStartObject();
            SummaryJson.Write(writer, "epsilon", training.Epsilon);
            SummaryJson.Write(writer, "noiseMultiplier", training.NoiseMultiplier);
            writer.WriteNumber("units", training.Units);
            writer.WriteNumber("parameters", training.Parameters);
            writer.WriteNumber("rounds", training.Rounds);
            SummaryJson.Write(writer, "seconds", Math.Round(training.Seconds, 3));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("rows");
        foreach (MoleculeRow row in report.Rows)
        {
            WriteRow(writer, report, row, everyAssay);
        }

        writer.WriteEndArray();
    }

    private static void WriteRow(Utf8JsonWriter writer, MoleculeReport report, MoleculeRow row, bool everyAssay)
    {
        writer.WriteStartObject();
        writer.WriteString("rankedBy", row.Scorer);
        writer.WriteNumber("actives", row.Size.Actives);
        writer.WriteNumber("inactives", row.Size.Inactives);
        Write(writer, "auc", row.All);
        Write(writer, "seen", row.Seen);
        Write(writer, "unseen", row.Unseen);
        Write(writer, "aboveForest", row.Above(report.Forest(row.Size)));
        Write(writer, "overTrainings", Interval.Of(row.Keys));
        if (everyAssay)
        {
            writer.WriteStartArray("assays");
            for (int i = 0; i < row.Assays.Count; i++)
            {
                writer.WriteStartObject();
                writer.WriteString("assay", report.Assays.Set.Assays[report.Assays.Measured[i]].Name);
                Write(writer, "auc", row.Supports[i]);
                SummaryJson.Write(writer, "seen", row.Assays[i].Seen);
                SummaryJson.Write(writer, "unseen", row.Assays[i].Unseen);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, Interval interval)
    {
        writer.WriteStartObject(name);
        SummaryJson.Write(writer, "mean", interval.Mean);
        SummaryJson.Write(writer, "ci95", interval.HalfWidth);
        writer.WriteEndObject();
    }
}

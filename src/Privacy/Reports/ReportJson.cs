using System.Globalization;
using System.Text;
using System.Text.Json;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Privacy.Reports;

/// <summary>A report as JSON, and back, without loss.</summary>
internal static class ReportJson
{
    private const int Version = 1;
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    public static string Write(PrivacyReport report)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, Indented))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WriteString("unit", report.Unit);
            writer.WriteString("neighbours", report.Neighbours.ToString());
            Number(writer, "epsilonLower", report.Epsilon.Lower);
            Number(writer, "epsilonUpper", report.Epsilon.Upper);
            Number(writer, "delta", report.Delta);
            Number(writer, "budgetEpsilon", report.BudgetEpsilon);
            writer.WriteString("mechanism", report.Mechanism);
            writer.WriteString("sampling", report.Sampling);
            writer.WriteNumber("releases", report.Releases);
            writer.WriteNumber("recoveries", report.Recoveries);
            writer.WriteStartArray("events");
            foreach (ChargedEvent charged in report.Events)
            {
                writer.WriteStartObject();
                writer.WriteString("analyst", charged.Analyst);
                writer.WritePropertyName("event");
                writer.WriteRawValue(charged.Event);
                writer.WriteNumber("times", charged.Times);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteString("begun", Time(report.Begun));
            writer.WriteString("lastRecord", Time(report.LastRecord));
            writer.WriteString("ledger", report.Ledger.ToString());
            writer.WriteString("plan", report.Plan);
            writer.WriteString("data", report.Data);
            writer.WriteString("code", report.Code);
            writer.WriteString("made", Time(report.Made));
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <exception cref="PrivacyReportException">It is no report of a version this code reads.</exception>
    public static PrivacyReport Read(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            int version = root.GetProperty("version").GetInt32();
            if (version != Version)
            {
                throw new PrivacyReportException($"The report is of version {version}; this code reads version {Version}. Verify it with the version of FastDPMeta that made it.");
            }

            return new PrivacyReport
            {
                Unit = Text(root, "unit"),
                Neighbours = Enum.Parse<NeighbouringRelation>(Text(root, "neighbours")),
                Epsilon = new ReportedEpsilon(Number(root, "epsilonLower"), Number(root, "epsilonUpper") ?? double.NaN),
                Delta = Number(root, "delta") ?? double.NaN,
                BudgetEpsilon = Number(root, "budgetEpsilon") ?? double.NaN,
                Mechanism = Text(root, "mechanism"),
                Sampling = Text(root, "sampling"),
                Releases = root.GetProperty("releases").GetInt64(),
                Recoveries = root.GetProperty("recoveries").GetInt64(),
                Events = [.. root.GetProperty("events").EnumerateArray().Select(Charged)],
                Begun = Time(root, "begun"),
                LastRecord = Time(root, "lastRecord"),
                Ledger = LedgerHead.TryParse(Text(root, "ledger"), out LedgerHead head) ? head : throw new FormatException("the ledger's head is not one"),
                Plan = Text(root, "plan"),
                Data = Text(root, "data"),
                Code = Text(root, "code"),
                Made = Time(root, "made"),
            };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new PrivacyReportException($"This is not a privacy report: {error.Message.ReplaceLineEndings(" ")} Give the file as it was made.", error);
        }
    }

    private static ChargedEvent Charged(JsonElement charged) => new(
        Text(charged, "analyst"), Encoding.UTF8.GetString(PrivacyEventJson.Encode(PrivacyEventJson.Decode(charged.GetProperty("event")))), charged.GetProperty("times").GetInt64());

    private static string Text(JsonElement root, string name) => root.GetProperty(name).GetString() ?? throw new FormatException($"{name} is missing");

    private static string Time(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(JsonElement root, string name) => DateTimeOffset.ParseExact(Text(root, name), "O", CultureInfo.InvariantCulture);

    private static void Number(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is not double number)
        {
            writer.WriteNull(name);
        }
        else if (double.IsFinite(number))
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteString(name, "Infinity");
        }
    }

    private static double? Number(JsonElement root, string name) => root.GetProperty(name) is var value && value.ValueKind == JsonValueKind.Null
        ? null
        : value.ValueKind == JsonValueKind.String ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetDouble();
}

using System.Text.Json;
using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Privacy.Frontiers;

/// <summary>
/// Designs and runs as lines of JSON, and back, without loss. JSON has no ∞ and no NaN: a budget of null is training without privacy, a value of null one that ran away.
/// </summary>
internal static class FrontierJson
{
    private const int Version = 1;

    public static byte[] Line(FrontierDesign design) => Line(writer =>
    {
        writer.WriteNumber("version", Version);
        writer.WriteString("name", design.Name);
        writer.WriteStartArray("epsilons");
        foreach (double epsilon in design.Epsilons)
        {
            if (double.IsFinite(epsilon))
            {
                writer.WriteNumberValue(epsilon);
            }
            else
            {
                writer.WriteNullValue();
            }
        }

        writer.WriteEndArray();
        writer.WriteStartArray("keys");
        foreach (ulong key in design.Keys)
        {
            writer.WriteNumberValue(key);
        }

        writer.WriteEndArray();
        writer.WriteNumber("delta", design.Delta);
        writer.WriteString("settings", design.Settings);
    });

    public static byte[] Line(FrontierRun run) => Line(writer =>
    {
        Number(writer, "epsilon", run.Cell.Epsilon);
        writer.WriteNumber("key", run.Cell.Key);
        writer.WriteString("metric", run.Metric);
        Number(writer, "value", run.Value);
        Number(writer, "epsilonSpent", run.EpsilonSpent);
        writer.WriteNumber("seconds", run.Seconds);
        writer.WriteStartArray("baselines");
        foreach (FrontierBaseline baseline in run.Baselines)
        {
            writer.WriteStartObject();
            writer.WriteString("name", baseline.Name);
            Number(writer, "value", baseline.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (run.Released is { } released)
        {
            writer.WritePropertyName("released");
            writer.WriteRawValue(PrivacyEventJson.Encode(released));
        }
    });

    /// <exception cref="FormatException">The line is no design.</exception>
    public static FrontierDesign Design(ReadOnlyMemory<byte> line) => Parse(line, tree =>
    {
        int version = tree.GetProperty("version").GetInt32();
        return version == Version
            ? new FrontierDesign(
                tree.GetProperty("name").GetString() ?? "",
                [.. tree.GetProperty("epsilons").EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Null ? double.PositiveInfinity : value.GetDouble())],
                [.. tree.GetProperty("keys").EnumerateArray().Select(value => value.GetUInt64())],
                tree.GetProperty("delta").GetDouble(),
                tree.GetProperty("settings").GetString() ?? "")
            : throw new FormatException($"version {version} is not known here");
    });

    /// <exception cref="FormatException">The line is no run.</exception>
    public static FrontierRun Run(ReadOnlyMemory<byte> line) => Parse(line, tree => new FrontierRun
    {
        Cell = new FrontierCell(Number(tree.GetProperty("epsilon"), double.PositiveInfinity), tree.GetProperty("key").GetUInt64()),
        Metric = tree.GetProperty("metric").GetString() ?? "",
        Value = Number(tree.GetProperty("value"), double.NaN),
        EpsilonSpent = Number(tree.GetProperty("epsilonSpent"), double.PositiveInfinity),
        Seconds = tree.GetProperty("seconds").GetDouble(),
        Baselines =
        [
            .. tree.GetProperty("baselines").EnumerateArray().Select(one => new FrontierBaseline(one.GetProperty("name").GetString() ?? "", Number(one.GetProperty("value"), double.NaN))),
        ],
        Released = tree.TryGetProperty("released", out JsonElement released) ? PrivacyEventJson.Decode(released) : null,
    });

    private static T Parse<T>(ReadOnlyMemory<byte> line, Func<JsonElement, T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new FormatException(error.Message.ReplaceLineEndings(" "), error);
        }
    }

    private static byte[] Line(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static double Number(JsonElement value, double absent) => value.ValueKind == JsonValueKind.Null ? absent : value.GetDouble();

    private static void Number(Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}

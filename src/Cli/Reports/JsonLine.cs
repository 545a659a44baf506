using System.Text;
using System.Text.Json;

namespace FastDPMeta.Cli.Reports;

/// <summary>One JSON object on one line, as commands answer with <c>--json</c>.</summary>
internal static class JsonLine
{
    /// <param name="write">Writes the object's members.</param>
    internal static string Of(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}

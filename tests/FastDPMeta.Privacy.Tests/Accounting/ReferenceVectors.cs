using System.Text.Json;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Testing;

namespace FastDPMeta.Privacy.Tests.Accounting;

/// <summary>Reads the reference vectors; how they were made stands in their own schema.</summary>
internal static class ReferenceVectors
{
    private const string File = "reference/accounting.json";

    public static IReadOnlyList<JsonElement> Cases(params string[] families)
    {
        Skip.IfNot(SharedFolder.TryFind(File, out string path), SharedFolder.Missing(File));
        using JsonDocument document = JsonDocument.Parse(System.IO.File.ReadAllBytes(path));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Where(c => families.Length == 0 || families.Contains(Text(c, "family"))).Select(c => c.Clone())];
    }

    /// <summary>The event of a tree under adding or removing one unit.</summary>
    public static PrivacyEvent Event(JsonElement tree) => EventSchema.Read(tree, NeighbouringRelation.AddOrRemoveOne);

    /// <summary>The event of a case under the case's relation.</summary>
    public static PrivacyEvent EventOf(JsonElement testCase) => EventSchema.Read(
        testCase.GetProperty("event"), EventSchema.Relation(testCase.TryGetProperty("adjacency", out JsonElement adjacency) ? adjacency.GetString() : null));

    public static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static double Number(JsonElement element, string name) => Number(element.GetProperty(name));

    public static double Number(JsonElement element) => element.ValueKind == JsonValueKind.String
        ? double.Parse(element.GetString()!, System.Globalization.CultureInfo.InvariantCulture)
        : element.GetDouble();

    public static double? Expected(JsonElement testCase, string source, string name = "epsilon") =>
        testCase.GetProperty("expected").TryGetProperty(source, out JsonElement answer) && answer.TryGetProperty(name, out JsonElement value)
            ? Number(value)
            : null;
}

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
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Where(c => families.Contains(Text(c, "family"))).Select(c => c.Clone())];
    }

    /// <summary>The event, or null where it has a mechanism that this library does not account for.</summary>
    public static PrivacyEvent? Event(JsonElement tree)
    {
        switch (Text(tree, "type"))
        {
            case "gaussian":
                return new GaussianEvent(Number(tree, "noise_multiplier"));
            case "poisson_sampled":
                return Event(tree.GetProperty("event")) is GaussianEvent inner
                    ? new PoissonSampledGaussianEvent(Number(tree, "sampling_probability"), inner.NoiseMultiplier)
                    : null;
            case "truncated_poisson_gaussian":
                return new TruncatedPoissonSampledGaussianEvent(
                    tree.GetProperty("dataset_size").GetInt32(),
                    Number(tree, "sampling_probability"),
                    tree.GetProperty("truncated_batch_size").GetInt32(),
                    Number(tree, "noise_multiplier"));
            case "sampled_without_replacement":
                return Event(tree.GetProperty("event")) is GaussianEvent drawn
                    ? new FixedSizeSampledGaussianEvent(
                        tree.GetProperty("source_dataset_size").GetInt32(), tree.GetProperty("sample_size").GetInt32(), drawn.NoiseMultiplier)
                    : null;
            case "no_op":
                return new ComposedEvent([]);
            case "self_composed":
                return Event(tree.GetProperty("event")) is { } repeated ? new SelfComposedEvent(repeated, tree.GetProperty("count").GetInt64()) : null;
            case "composed":
                PrivacyEvent?[] parts = [.. tree.GetProperty("events").EnumerateArray().Select(Event)];
                return parts.Contains(null) ? null : new ComposedEvent([.. parts!]);
            default:
                return null;
        }
    }

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

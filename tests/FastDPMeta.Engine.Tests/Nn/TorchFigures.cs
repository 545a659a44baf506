using System.Text.Json;

namespace FastDPMeta.Engine.Tests.Nn;

/// <summary>What PyTorch computed; <c>tests/reference/torch_layers.py</c> wrote it and says how.</summary>
internal static class TorchFigures
{
    private static readonly JsonDocument Document = Load();

    public static IEnumerable<string> Names(string part) => Document.RootElement.GetProperty(part).EnumerateObject().Select(entry => entry.Name);

    /// <summary>Output and gradients of a layer or loss, parameters first and the input last.</summary>
    public static (double[] Output, double[][] Gradients) Case(string part, string name)
    {
        JsonElement entry = Document.RootElement.GetProperty(part).GetProperty(name);
        return (Numbers(entry.GetProperty("output")), [.. entry.GetProperty("gradients").EnumerateArray().Select(Numbers)]);
    }

    public static double[] List(string part, string name) => Numbers(Document.RootElement.GetProperty(part).GetProperty(name));

    /// <summary>The script's arguments.</summary>
    public static double[] Walk(int count, int argument, double scale = 0.9) =>
        [.. Enumerable.Range(0, count).Select(i => scale * Math.Sin(1 + (1.3 * i) + (0.7 * argument)))];

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];

    private static JsonDocument Load()
    {
        using Stream stream = typeof(TorchFigures).Assembly.GetManifestResourceStream("torch-layers.json")!;
        return JsonDocument.Parse(stream);
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using FastDPMeta.Engine.Compile;
using FastDPMeta.Kernels.Spec;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Tests.Training;

/// <summary>
/// What a compiled step costs, as counted and not as timed, beside what is kept in <c>Training/expectations.json</c>. The figures are those of the plan:
/// neither the number of threads nor the width of vectors enters into them.
/// </summary>
internal sealed class StepExpectations
{
    private const string Variable = "FASTDPMETA_RENEW_EXPECTATIONS";
    private const string Relative = "Training/expectations.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly string _path;
    private readonly JsonObject _kept;

    private StepExpectations(string path)
    {
        _path = path;
        _kept = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
    }

    /// <summary>Names of the steps that have expectations.</summary>
    public IEnumerable<string> Names => _kept.Select(pair => pair.Key);

    private static bool Renews => Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>Reads the file beside the tests' sources.</summary>
    public static StepExpectations Load()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, Relative);
            if (File.Exists(path))
            {
                return new StepExpectations(path);
            }
        }

        throw new FileNotFoundException($"{Relative} is in no folder from {AppContext.BaseDirectory} upward. Run the tests inside the checkout.", Relative);
    }

    /// <summary>The figures of a step on one lane.</summary>
    public static JsonObject Figures(StepPrograms programs, int chunk)
    {
        ArenaLayout layout = programs.Planner.Layout(1);
        return new JsonObject
        {
            ["chunk"] = chunk,
            ["arenaBytes"] = sizeof(float) * (layout.SharedFloats + layout.LaneFloats),
            ["accumulate"] = Figures(programs.AccumulateFirst),
            ["release"] = Figures(programs.ReleaseOne),
        };
    }

    /// <summary>What differs from what is kept, for people; empty where nothing does. Where the variable says so, the file is renewed instead.</summary>
    public string Compare(string name, JsonObject figures)
    {
        if (Renews)
        {
            _kept[name] = figures.DeepClone();
            JsonObject sorted = new(_kept.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
            File.WriteAllText(_path, sorted.ToJsonString(Indented) + "\n");
            return "";
        }

        string[] differences = [.. Differences(name, _kept[name], figures)];
        return differences.Length == 0
            ? ""
            : $"""
                The step costs other than {Relative} says (kept -> now):
                  {string.Join("\n  ", differences)}
                Where that is meant, renew the file and say why in the commit:
                  {Variable}=1 dotnet test -c Release tests/FastDPMeta.Privacy.Tests --filter StepExpectations
                """;
    }

    private static JsonObject Figures(CompiledComputation compiled) => new()
    {
        ["launches"] = compiled.LaunchCount,
        ["kernels"] = compiled.KernelCount,
        ["flops"] = compiled.Flops,
        ["bytesMoved"] = compiled.Bytes,
        ["scratchBytes"] = sizeof(float) * compiled.ScratchFloats,
    };

    private static IEnumerable<string> Differences(string at, JsonNode? kept, JsonNode? now)
    {
        if (now is JsonObject figures)
        {
            JsonObject? old = kept as JsonObject;
            IEnumerable<string> names = figures.Select(pair => pair.Key).Union(old?.Select(pair => pair.Key) ?? []);
            return names.SelectMany(name => Differences($"{at}.{name}", old?[name], figures[name]));
        }

        return kept?.ToJsonString() == now?.ToJsonString() ? [] : [$"{at}: {kept?.ToJsonString() ?? "nothing"} -> {now?.ToJsonString() ?? "nothing"}"];
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Commands;

/// <summary>
/// A recipe: the options of a training as one JSON object, each under the name it has on the command line without dashes, as
/// <c>"inner-rate": 0.4</c>; <c>task</c> says what is learned and <c>about</c> is for people. What the command line says goes before.
/// </summary>
internal static class RecipeFile
{
    internal const string Task = "task";
    private const string About = "about";

    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        IgnoreReadOnlyProperties = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Names and values as on the command line, without dashes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="known">Names a recipe may use besides <c>task</c> and <c>about</c>.</param>
    /// <exception cref="CommandException">It can't be read, or has a name that is not known or a value that is no option's; all of them in one line.</exception>
    internal static IReadOnlyList<KeyValuePair<string, string>> Read(string path, IReadOnlyCollection<string> known)
    {
        JsonObject recipe = Parse(path);
        string[] unknown = [.. recipe.Select(pair => pair.Key).Where(name => name is not (Task or About) && !known.Contains(name))];
        string[] wrong = [.. recipe.Where(pair => pair.Value is not JsonValue).Select(pair => pair.Key)];
        if (unknown.Length > 0)
        {
            throw Refuse(path, $"there is no option {Quoted(unknown)}. Use the names of 'fastdpmeta train --help' without dashes: {string.Join(", ", known)}.");
        }

        return wrong.Length > 0
            ? throw Refuse(path, $"{Quoted(wrong)} must be a number, a text, true or false. Write it as on the command line.")
            : [.. recipe.Where(pair => pair.Key != About).Select(pair => KeyValuePair.Create(pair.Key, pair.Value!.ToString()))];
    }

    /// <summary>A recipe of what was asked for: the task, the learner, and everything that is not their default.</summary>
    internal static string Write(TrainingOptions options)
    {
        JsonObject defaults = Node(TrainingDefaults.For(options.Task, options.Learner));
        JsonObject recipe = [];
        foreach ((string name, JsonNode? value) in Node(options))
        {
            if (name is Task or "learner" || !JsonNode.DeepEquals(value, defaults[name]))
            {
                recipe[name] = name == "epsilon" && value is null ? "none" : value?.DeepClone();
            }
        }

        return recipe.ToJsonString(Format);
    }

    internal static CommandException Refuse(string path, string problem) => new($"--recipe {path}: {problem}", ExitCode.Usage);

    private static JsonObject Node(TrainingOptions options) => JsonSerializer.SerializeToNode(options, Format)!.AsObject();

    private static JsonObject Parse(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path), documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject ?? throw new JsonException("it is no object");
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw Refuse(path, $"can't be read ({exception.Message.TrimEnd('.')}). Give a JSON file of options.");
        }
    }

    private static string Quoted(string[] names) => string.Join(", ", names.Select(name => $"'{name}'"));
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using FastDPMeta.Cli.Commands;

namespace FastDPMeta.Cli.Roles;

/// <summary>
/// Options of a run on roles as one JSON object, each under the name it has on the command line without dashes; <c>task</c> must be <c>shakespeare</c>, and <c>about</c> is for people.
/// </summary>
internal static class RoleRecipe
{
    internal const string Task = "shakespeare";

    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    internal static string Write(RoleOptions options)
    {
        JsonObject recipe = new() { ["task"] = Task };
        foreach ((string name, JsonNode? value) in JsonSerializer.SerializeToNode(options, Format)!.AsObject())
        {
            recipe[name] = value?.DeepClone();
        }

        return recipe.ToJsonString(Format);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">Which option named it, for the error.</param>
    /// <exception cref="CommandException">It can't be read, is for another task, or has a name that is no option's.</exception>
    internal static RoleOptions Read(string path, string option)
    {
        try
        {
            return Parse(File.ReadAllText(path), $"{option} {path}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Refuse($"{option} {path}", exception);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">What <see cref="Write"/> gave, or a recipe.</param>
    /// <param name="source">Where it stood, for the error.</param>
    /// <exception cref="CommandException">It is for another task, or has a name that is no option's.</exception>
    internal static RoleOptions Parse(string text, string source)
    {
        try
        {
            JsonObject recipe = JsonNode.Parse(text) as JsonObject ?? throw new JsonException("it is no object");
            if (recipe["task"] is not JsonValue task || task.ToString() != Task)
            {
                throw new JsonException($"its task is not {Task}");
            }

            recipe.Remove("task");
            recipe.Remove("about");
            return recipe.Deserialize<RoleOptions>(Format)!;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw Refuse(source, exception);
        }
    }

    private static CommandException Refuse(string source, Exception exception) => new(
        $"{source}: can't be read ({exception.Message.TrimEnd('.').ReplaceLineEndings(" ")}). Give a JSON file of the options of 'fastdpmeta train shakespeare --help'.", ExitCode.Usage, exception);
}

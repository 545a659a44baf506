using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using FastDPMeta.Cli.Commands;

namespace FastDPMeta.Cli.Recommendation;

/// <summary>
/// Options of a recommendation run as one JSON object, each under the name it has on the command line without dashes; <c>task</c> must be <c>movielens</c>, and <c>about</c> is for people.
/// </summary>
internal static class RecommendRecipe
{
    internal const string Task = "movielens";

    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    internal static string Write(RecommendOptions options)
    {
        JsonObject recipe = new() { ["task"] = Task };
        foreach ((string name, JsonNode? value) in JsonSerializer.SerializeToNode(options, Format)!.AsObject())
        {
            recipe[name] = value?.DeepClone();
        }

        return recipe.ToJsonString(Format);
    }

    /// <exception cref="CommandException">It can't be read, is for another task, or has a name that is no option's.</exception>
    internal static RecommendOptions Read(string path)
    {
        try
        {
            JsonObject recipe = JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject ?? throw new JsonException("it is no object");
            if (recipe["task"] is not JsonValue task || task.ToString() != Task)
            {
                throw new JsonException($"its task is not {Task}");
            }

            recipe.Remove("task");
            recipe.Remove("about");
            return recipe.Deserialize<RecommendOptions>(Format)!;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                $"--recipe {path}: can't be read ({exception.Message.TrimEnd('.').ReplaceLineEndings(" ")}). Give a JSON file of the options of 'fastdpmeta train movielens --help'.",
                ExitCode.Usage,
                exception);
        }
    }
}

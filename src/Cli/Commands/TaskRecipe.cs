using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace FastDPMeta.Cli.Commands;

/// <summary>
/// A run's options as one JSON object, each under the name it has on the command line without dashes; <c>task</c> says which command they are for, and <c>about</c> is for people. For commands whose options are
/// a record of their own; <see cref="RecipeFile"/> is that of <c>train</c>.
/// </summary>
/// <typeparam name="TOptions">A record in which every option has its default.</typeparam>
/// <param name="task">The command's word behind <c>train</c>.</param>
internal sealed class TaskRecipe<TOptions>(string task)
{
    private const string Task = "task";
    private const string About = "about";

    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>The options as a recipe that gives them again.</summary>
    internal string Write(TOptions options)
    {
        JsonObject recipe = new() { [Task] = task };
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
    internal TOptions Read(string path, string option = "--recipe")
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
    internal TOptions Parse(string text, string source)
    {
        try
        {
            JsonObject recipe = JsonNode.Parse(text) as JsonObject ?? throw new JsonException("it is no object");
            if (recipe[Task] is not JsonValue named || named.ToString() != task)
            {
                throw new JsonException($"its task is not {task}");
            }

            recipe.Remove(Task);
            recipe.Remove(About);
            return recipe.Deserialize<TOptions>(Format)!;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw Refuse(source, exception);
        }
    }

    private CommandException Refuse(string source, Exception exception) => new(
        $"{source}: can't be read ({exception.Message.TrimEnd('.').ReplaceLineEndings(" ")}). Give a JSON file of the options of 'fastdpmeta train {task} --help'.", ExitCode.Usage, exception);
}

using System.Text.Json;
using System.Text.Json.Serialization;
using FastDPMeta.Cli.Commands;

namespace FastDPMeta.Cli.Training;

/// <summary>The options of a run as <c>options.json</c> in its folder, so that <c>--resume</c> goes on with exactly these.</summary>
internal static class OptionsFile
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        IgnoreReadOnlyProperties = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    internal static string Write(TrainingOptions options) => JsonSerializer.Serialize(options, Format);

    /// <param name="text">What <see cref="Write"/> gave.</param>
    /// <param name="source">Where it stood, for the error.</param>
    /// <exception cref="CommandException">The text is damaged.</exception>
    internal static TrainingOptions Parse(string text, string source)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainingOptions>(text, Format) ?? throw new JsonException("it is empty");
        }
        catch (JsonException exception)
        {
            throw Unreadable(source, exception);
        }
    }

    /// <exception cref="CommandException">The file is missing or damaged.</exception>
    internal static TrainingOptions Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, exception);
        }
    }

    private static CommandException Unreadable(string source, Exception exception) => new(
        $"--resume: {source} can't be read ({exception.Message.TrimEnd('.')}). Start a new run in another folder.", innerException: exception);
}

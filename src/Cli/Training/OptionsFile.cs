using System.Text.Json;
using System.Text.Json.Serialization;
using FastDPMeta.Cli.Commands;

namespace FastDPMeta.Cli.Training;

/// <summary>The options of a run as <c>options.json</c> in its folder, so that <c>--resume</c> goes on with exactly these.</summary>
internal static class OptionsFile
{
    private const string Resume = "--resume";

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
    /// <param name="purpose">What needs it, for the error.</param>
    /// <exception cref="CommandException">The text is damaged.</exception>
    internal static TrainingOptions Parse(string text, string source, string purpose = Resume)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainingOptions>(text, Format) ?? throw new JsonException("it is empty");
        }
        catch (JsonException exception)
        {
            throw Unreadable(source, exception, purpose);
        }
    }

    /// <param name="path">The file.</param>
    /// <param name="purpose">What needs it, for the message.</param>
    /// <exception cref="CommandException">The file is missing or damaged.</exception>
    internal static TrainingOptions Read(string path, string purpose = Resume)
    {
        try
        {
            return Parse(File.ReadAllText(path), path, purpose);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, exception, purpose);
        }
    }

    private static CommandException Unreadable(string source, Exception exception, string purpose) => new(
        $"{purpose}: {source} can't be read ({exception.Message.TrimEnd('.')}). Give the folder of a whole run, or start a new one in another folder.", innerException: exception);
}

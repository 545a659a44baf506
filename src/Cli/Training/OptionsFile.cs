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

    /// <param name="path">The file.</param>
    /// <param name="purpose">What needs it, for the message.</param>
    /// <exception cref="CommandException">The file is missing or damaged.</exception>
    internal static TrainingOptions Read(string path, string purpose = "--resume")
    {
        try
        {
            return JsonSerializer.Deserialize<TrainingOptions>(File.ReadAllBytes(path), Format)
                ?? throw new JsonException("it is empty");
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                $"{purpose}: {path} can't be read ({exception.Message.TrimEnd('.')}). Give the folder of a whole run, or start a new one in another folder.", innerException: exception);
        }
    }
}

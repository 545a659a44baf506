using System.Text.Json;
using FastDPMeta.Cli.Commands;
using FastDPMeta.Privacy.Homomorphic.Learning;

namespace FastDPMeta.Cli.Homomorphic;

/// <summary>What the parties tell each other in the clear: how many tasks there are, and what was run.</summary>
internal sealed record ModelSettings(int Tasks, EncryptedMetaOptions? Options = null)
{
    private const string FileName = "settings.json";

    internal void Save(string folder) => File.WriteAllText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this));

    internal static ModelSettings Load(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            return JsonSerializer.Deserialize<ModelSettings>(File.ReadAllBytes(path)) ?? throw new JsonException("it is empty");
        }
        catch (Exception exception) when (exception is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException($"he: {path} can't be read ({exception.Message}). Give the folder that the step before made.", innerException: exception);
        }
    }
}

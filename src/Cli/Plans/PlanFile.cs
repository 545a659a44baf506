using System.Text.Json;
using FastDPMeta.Cli.Commands;

namespace FastDPMeta.Cli.Plans;

/// <summary>A file of questions: an object with a list <c>cases</c>, a list of cases, or one case.</summary>
internal static class PlanFile
{
    /// <summary>The cases in their order.</summary>
    /// <exception cref="CommandException">The file cannot be read or is no such JSON.</exception>
    internal static IReadOnlyList<JsonElement> Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            JsonElement cases = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("cases", out JsonElement listed) ? listed : root;
            return cases.ValueKind switch
            {
                JsonValueKind.Array => [.. cases.EnumerateArray().Select(item => item.Clone())],
                JsonValueKind.Object => [cases.Clone()],
                _ => throw new CommandException($"account: {path} holds no cases. Give an object with a list 'cases', or a list of cases.", ExitCode.Usage),
            };
        }
        catch (JsonException error)
        {
            throw new CommandException($"account: {path} is not JSON: {error.Message.ReplaceLineEndings(" ")}", ExitCode.Usage, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"account: {path} cannot be read: {error.Message.ReplaceLineEndings(" ")}", ExitCode.Failure, error);
        }
    }
}

using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// Episodes in a file, <c>episodes.jsonl</c>, so that two implementations can be compared on the very same ones: one line of JSON each,
/// <c>{"task":7,"classes":[3,0],"support":[[5],[11]],"query":[[2,9],[0,4]]}</c>, with the line feed as its end. The same episodes give the same bytes and so the same hash.
/// </summary>
public static class EpisodeFile
{
    private const string Remedy = "Write the file again with EpisodeFile.Write, or get a good copy.";

    /// <summary>Writes episodes, whole under the file's name or not at all.</summary>
    /// <param name="path">The file; replaced if it is there.</param>
    /// <param name="episodes">In this order.</param>
    /// <returns>The file's SHA-256 in hexadecimal, to be given with every figure measured on these episodes.</returns>
    /// <exception cref="DataFileException">The file can't be written.</exception>
    public static string Write(string path, IEnumerable<EpisodeSample> episodes)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(episodes);
        try
        {
            string temporary = path + ".new";
            string hash;
            using (FileStream file = File.Create(temporary))
            {
                hash = Write(file, episodes);
            }

            File.Move(temporary, path, overwrite: true);
            return hash;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"can't be written ({exception.Message.TrimEnd('.')})", "Free space or give another file.", exception);
        }
    }

    /// <summary>Writes episodes as they come, however many.</summary>
    /// <param name="output">Where to; left open.</param>
    /// <param name="episodes">In this order.</param>
    /// <returns>SHA-256 of the bytes written, in hexadecimal.</returns>
    public static string Write(Stream output, IEnumerable<EpisodeSample> episodes)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(episodes);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ArrayBufferWriter<byte> line = new();
        foreach (EpisodeSample episode in episodes)
        {
            line.ResetWrittenCount();
            WriteLine(line, episode);
            hash.AppendData(line.WrittenSpan);
            output.Write(line.WrittenSpan);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>SHA-256 in hexadecimal of the file that <see cref="Write(string, IEnumerable{EpisodeSample})"/> would write.</summary>
    /// <param name="episodes">In this order.</param>
    public static string Hash(IEnumerable<EpisodeSample> episodes) => Write(Stream.Null, episodes);

    /// <summary>Reads episodes.</summary>
    /// <param name="path">A file of this format, from wherever.</param>
    /// <param name="hash">What its SHA-256 must be; not checked when left out.</param>
    /// <exception cref="DataFileException">The file is missing, damaged or another one than the hash says; the message names the line.</exception>
    public static IReadOnlyList<EpisodeSample> Read(string path, string? hash = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"can't be read ({exception.Message.TrimEnd('.')})", "Check the file and its permissions.", exception);
        }

        string found = Convert.ToHexStringLower(SHA256.HashData(content));
        if (hash is not null && !string.Equals(found, hash, StringComparison.OrdinalIgnoreCase))
        {
            throw new DataFileException(path, $"these are other episodes than asked for: SHA-256 is {found}, wanted {hash}", Remedy);
        }

        string[] lines = Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select((line, i) => Parse(path, line, i + 1))];
    }

    private static void WriteLine(ArrayBufferWriter<byte> buffer, EpisodeSample episode)
    {
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("task", episode.Task);
            WriteNumbers(writer, "classes", episode.Classes);
            WriteRows(writer, "support", episode.Support);
            WriteRows(writer, "query", episode.Query);
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string? name, IReadOnlyList<int> numbers)
    {
        if (name is null)
        {
            writer.WriteStartArray();
        }
        else
        {
            writer.WriteStartArray(name);
        }

        foreach (int number in numbers)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }

    private static void WriteRows(Utf8JsonWriter writer, string name, IReadOnlyList<IReadOnlyList<int>> rows)
    {
        writer.WriteStartArray(name);
        foreach (IReadOnlyList<int> row in rows)
        {
            WriteNumbers(writer, null, row);
        }

        writer.WriteEndArray();
    }

    private static EpisodeSample Parse(string path, string line, int number)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            int[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(element => element.GetInt32())];
            int[][] Rows(string name) => [.. root.GetProperty(name).EnumerateArray().Select(Numbers)];
            EpisodeSample episode = new(root.GetProperty("task").GetInt64(), Numbers(root.GetProperty("classes")), Rows("support"), Rows("query"));
            return Problem(episode) is { } problem ? throw new DataFileException(path, $"line {number}: {problem}", Remedy) : episode;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new DataFileException(path, $"line {number} is no episode ({exception.Message.TrimEnd('.')})", Remedy, exception);
        }
    }

    /// <summary>What is wrong with an episode, whatever the images; null if nothing.</summary>
    private static string? Problem(EpisodeSample episode)
    {
        int way = episode.Classes.Count;
        if (episode.Task < 0 || way == 0 || episode.Support.Count != way || episode.Query.Count != way)
        {
            return $"an episode has a task number of at least 0 and support and query images for each of its classes; got task {episode.Task}, {way} classes, {episode.Support.Count} and {episode.Query.Count} lists of images";
        }

        if (episode.Classes.Distinct().Count() != way)
        {
            return "a class stands twice";
        }

        for (int i = 0; i < way; i++)
        {
            int[] images = [.. episode.Support[i], .. episode.Query[i]];
            if (episode.Support[i].Count == 0 || images.Distinct().Count() != images.Length)
            {
                return $"class {episode.Classes[i]} needs support images, and all its images must be different";
            }
        }

        return null;
    }
}

using System.Security.Cryptography;
using System.Text.Json;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// Episodes as lines of JSON, so that a population is fixed before it is learned from and two implementations can be compared on the same episodes. A line is
/// <c>{"task":7,"classes":[3,1],"turns":[0,2],"support":[[4],[0]],"query":[[1,9],[5,2]]}</c>: class and image numbers of the image set, images class by class, turns
/// in quarter turns anticlockwise.
/// </summary>
public static class EpisodeFile
{
    /// <summary>Writes the first episodes of a family.</summary>
    /// <param name="output">Where to; left open.</param>
    /// <param name="tasks">The family.</param>
    /// <param name="count">Episodes, from task 0 on; at least 0.</param>
    /// <returns>SHA-256 of the bytes written, in lower-case hexadecimal.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static string Write(Stream output, EpisodeTasks tasks, int count)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using MemoryStream line = new();
        using Utf8JsonWriter writer = new(line);
        for (int task = 0; task < count; task++)
        {
            line.SetLength(0);
            writer.Reset();
            Write(writer, tasks.Describe(task));
            writer.Flush();
            line.WriteByte((byte)'\n');
            ReadOnlySpan<byte> bytes = line.GetBuffer().AsSpan(0, (int)line.Length);
            hash.AppendData(bytes);
            output.Write(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Write(Utf8JsonWriter writer, EpisodeRecord episode)
    {
        writer.WriteStartObject();
        writer.WriteNumber("task", episode.Task);
        WriteNumbers(writer, "classes", episode.Classes);
        WriteNumbers(writer, "turns", episode.Turns);
        WriteLists(writer, "support", episode.Support);
        WriteLists(writer, "query", episode.Query);
        writer.WriteEndObject();
    }

    private static void WriteLists(Utf8JsonWriter writer, string name, IReadOnlyList<IReadOnlyList<int>> lists)
    {
        writer.WriteStartArray(name);
        foreach (IReadOnlyList<int> list in lists)
        {
            WriteNumbers(writer, null, list);
        }

        writer.WriteEndArray();
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
}

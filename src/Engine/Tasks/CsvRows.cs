using System.IO.Compression;
using System.Text;

namespace FastDPMeta.Engine.Tasks;

/// <summary>Rows of a comma-separated table (RFC 4180 without line ends inside quotes), plain or compressed with gzip.</summary>
internal static class CsvRows
{
    private const string Remedy = "Replace it by the original, or leave the folder out to have it downloaded.";

    /// <summary>The path of a table in a folder, <c>NAME</c> or <c>NAME.gz</c>; null where there is neither.</summary>
    internal static string? Find(string folder, string name)
    {
        string plain = Path.Combine(folder, name);
        string packed = plain + ".gz";
        return File.Exists(packed) ? packed : File.Exists(plain) ? plain : null;
    }

    /// <summary>Fields of each row behind the first, which has to begin with the names given.</summary>
    /// <exception cref="DataFileException">The table is missing, can't be read, or has other columns.</exception>
    internal static IEnumerable<(int Line, string[] Fields)> Read(string folder, string name, params string[] columns)
    {
        string path = Find(folder, name) ?? throw new DataFileException(Path.Combine(folder, name), "there is no such file, nor with .gz behind it", Remedy);
        string[] lines = Lines(path);
        if (lines.Length == 0 || !Split(lines[0]).Take(columns.Length).SequenceEqual(columns))
        {
            throw new DataFileException(path, $"the first line does not begin with {string.Join(',', columns)}", Remedy);
        }

        for (int i = 1; i < lines.Length; i++)
        {
            string[] fields = Split(lines[i]);
            yield return fields.Length >= columns.Length ? (i + 1, fields) : throw Damaged(path, i + 1);
        }
    }

    /// <summary>A row says what can't be.</summary>
    internal static DataFileException Damaged(string path, int line) => new(path, $"line {line} is damaged", Remedy);

    /// <summary>Fields of one line; quotes are taken off, and doubled ones inside them become one.</summary>
    internal static string[] Split(string line)
    {
        List<string> fields = [];
        StringBuilder field = new();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '"')
            {
                if (quoted && i + 1 < line.Length && line[i + 1] == '"')
                {
                    field.Append(line[++i]);
                }
                else
                {
                    quoted = !quoted;
                }
            }
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        fields.Add(field.ToString());
        return [.. fields];
    }

    private static string[] Lines(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            using Stream content = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
            using StreamReader reader = new(content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            List<string> lines = [];
            while (reader.ReadLine() is { } line)
            {
                lines.Add(line);
            }

            return [.. lines];
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new DataFileException(path, $"can't be read ({exception.Message.TrimEnd('.')})", Remedy, exception);
        }
    }
}

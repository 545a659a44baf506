using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace FastDPMeta.Privacy.Reports;

/// <summary>
/// Ties a report to its data without telling anything about the data: HMAC-SHA256 of all files under a secret that stays with whoever holds the data. A plain hash would not do: who knows
/// all rows but one could try out the last.
/// </summary>
public static class DataFingerprint
{
    /// <summary>Bytes of a secret.</summary>
    public const int SecretBytes = 32;

    private const int BufferBytes = 1 << 16;

    /// <summary>A new secret from the operating system.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    /// <summary>The fingerprint of files and folders: names, lengths and contents, in the order of their names.</summary>
    /// <param name="paths">Files, and folders with all that is in them; at least one.</param>
    /// <param name="secret">At least 16 bytes that nobody else knows.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    /// <exception cref="PrivacyReportException">A path does not exist or can't be read, or there are no files.</exception>
    /// <exception cref="ArgumentException">The secret is too short.</exception>
    public static string OfFiles(IReadOnlyList<string> paths, ReadOnlySpan<byte> secret)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (secret.Length < 16)
        {
            throw new ArgumentException($"OfFiles: a secret of {secret.Length} bytes can be guessed. Give {SecretBytes} random bytes.", nameof(secret));
        }

        try
        {
            using IncrementalHash hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
            int files = 0;
            foreach (string path in paths)
            {
                foreach ((string name, string file) in FilesOf(path))
                {
                    Add(hash, name, file);
                    files++;
                }
            }

            return files > 0
                ? Convert.ToHexStringLower(hash.GetHashAndReset())
                : throw new PrivacyReportException($"There are no files in {string.Join(", ", paths)}: nothing to take a fingerprint of. Give the files that were trained on.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PrivacyReportException($"The data can't be read: {error.Message.ReplaceLineEndings(" ")} Give files and folders that exist and that you may read.", error);
        }
    }

    private static IEnumerable<(string Name, string File)> FilesOf(string path)
    {
        if (File.Exists(path))
        {
            return [(Path.GetFileName(path), path)];
        }

        return Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Select(file => (Name: Path.GetRelativePath(path, file).Replace('\\', '/'), file))
            .OrderBy(file => file.Name, StringComparer.Ordinal);
    }

    private static void Add(IncrementalHash hash, string name, string file)
    {
        using FileStream stream = File.OpenRead(file);
        byte[] words = Encoding.UTF8.GetBytes(name);
        byte[] lengths = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(lengths, words.Length);
        BinaryPrimitives.WriteInt64LittleEndian(lengths.AsSpan(8), stream.Length);
        hash.AppendData(lengths);
        hash.AppendData(words);
        byte[] buffer = new byte[BufferBytes];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            hash.AppendData(buffer.AsSpan(0, read));
        }
    }
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace FastDPMeta.Engine.Serving;

/// <summary>
/// The safetensors format (huggingface/safetensors, README "Format"): eight bytes of little-endian header length, a JSON header with type,
/// shape and byte range of every tensor and a map of strings, then the raw values. Float32 tensors only.
/// </summary>
public sealed class Safetensors
{
    private const int LengthBytes = sizeof(ulong);
    private const string MetadataName = "__metadata__";

    // The reference implementation refuses headers above 100 MB; a longer one is damage or an attack on memory.
    private const long MaxHeaderBytes = 100_000_000;

    /// <summary>A file's contents.</summary>
    /// <param name="tensors">Tensors with unique names.</param>
    /// <param name="metadata">Free strings: plan, spent budget, hashes.</param>
    public Safetensors(IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        Tensors = tensors;
        Metadata = metadata;
    }

    /// <summary>The tensors in file order.</summary>
    public IReadOnlyList<NamedTensor> Tensors { get; }

    /// <summary>The map of strings.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensor with this name.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ModelFileException">There is none.</exception>
    public NamedTensor this[string name] => Tensors.FirstOrDefault(tensor => tensor.Name == name)
        ?? throw new ModelFileException($"The model has no tensor '{name}'; it has {string.Join(", ", Tensors.Select(tensor => tensor.Name))}.");

    /// <summary>
    /// Writes the file whole or not at all: to a neighbour first, flushed to disk, then renamed over <paramref name="path"/>.
    /// </summary>
    /// <param name="path">Where to.</param>
    /// <exception cref="ModelFileException">The folder is missing or not writable, or the disk is full; an existing file is unchanged.</exception>
    public void Save(string path)
    {
        string temporary = path + ".part";
        try
        {
            using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write))
            {
                byte[] header = Header();
                Span<byte> length = stackalloc byte[LengthBytes];
                BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
                stream.Write(length);
                stream.Write(header);
                foreach (NamedTensor tensor in Tensors)
                {
                    stream.Write(MemoryMarshal.AsBytes(tensor.Values.Span));
                }

                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new ModelFileException($"Cannot write {path}: {error.Message} Choose a folder that exists, is writable and has room.", error);
        }
    }

    /// <summary>Reads a file, checking every length and range.</summary>
    /// <param name="path">Where from.</param>
    /// <exception cref="ModelFileException">The file is missing, damaged, or holds something else than float32.</exception>
    public static Safetensors Load(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException($"Cannot read {path}: {error.Message}", error);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or OverflowException)
        {
            throw new ModelFileException($"{path} is damaged or no safetensors file: {error.Message} Restore it from a copy.", error);
        }
    }

    private static Safetensors Parse(byte[] file)
    {
        if (file.Length < LengthBytes)
        {
            throw new FormatException($"it has {file.Length} bytes.");
        }

        ulong headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(file);
        if (headerBytes > MaxHeaderBytes || headerBytes > (ulong)(file.Length - LengthBytes))
        {
            throw new FormatException($"its header claims {headerBytes} bytes, the file has {file.Length}.");
        }

        ReadOnlyMemory<byte> data = file.AsMemory(LengthBytes + (int)headerBytes);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(LengthBytes, (int)headerBytes));
        List<NamedTensor> tensors = [];
        Dictionary<string, string> metadata = [];
        foreach (JsonProperty entry in header.RootElement.EnumerateObject())
        {
            if (entry.Name == MetadataName)
            {
                foreach (JsonProperty pair in entry.Value.EnumerateObject())
                {
                    metadata[pair.Name] = pair.Value.GetString() ?? string.Empty;
                }
            }
            else
            {
                tensors.Add(ParseTensor(entry, data));
            }
        }

        return new Safetensors(tensors, metadata);
    }

    private static NamedTensor ParseTensor(JsonProperty entry, ReadOnlyMemory<byte> data)
    {
        string? type = entry.Value.GetProperty("dtype").GetString();
        if (type != "F32")
        {
            throw new FormatException($"tensor {entry.Name} holds {type}; only F32 is read.");
        }

        int[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
        long[] range = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        long count = 1;
        foreach (int size in shape)
        {
            count = size < 0 ? throw new FormatException($"tensor {entry.Name} has a negative size.") : checked(count * size);
        }

        if (range.Length != 2 || range[0] < 0 || range[1] > data.Length || range[1] - range[0] != count * sizeof(float))
        {
            throw new FormatException($"tensor {entry.Name} does not lie within the file.");
        }

        float[] values = MemoryMarshal.Cast<byte, float>(data.Span[(int)range[0]..(int)range[1]]).ToArray();
        return new NamedTensor(entry.Name, shape, values);
    }

    private byte[] Header()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject(MetadataName);
            foreach ((string key, string value) in Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            long offset = 0;
            foreach (NamedTensor tensor in Tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (int size in tensor.Shape)
                {
                    json.WriteNumberValue(size);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                offset += tensor.Values.Length * (long)sizeof(float);
                json.WriteNumberValue(offset);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Values begin at a multiple of eight bytes, as the format recommends; blanks after the header are allowed.
        while (stream.Length % LengthBytes != 0)
        {
            stream.WriteByte((byte)' ');
        }

        return stream.ToArray();
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report; a leftover .part file is overwritten next time.
        }
    }
}

using System.Buffers.Binary;
using System.IO.Compression;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// Reads files of bytes in the IDX format, compressed with gzip: two zero bytes, the type (8: unsigned byte), the number of axes, the size of each axis as a
/// big-endian 32-bit number, then the bytes (LeCun, Cortes and Burges, "The MNIST database of handwritten digits").
/// </summary>
internal static class IdxFile
{
    internal const string Remedy = "Delete it and download the data again, or point to a good copy.";
    private const int UnsignedBytes = 8;

    /// <summary>The whole file, header included, after checking that it has exactly these sizes.</summary>
    /// <param name="path">The file, ending in <c>.gz</c>.</param>
    /// <param name="sizes">The size of each axis.</param>
    /// <exception cref="DataFileException">It is missing, unreadable, damaged, or another file.</exception>
    public static byte[] Read(string path, params ReadOnlySpan<int> sizes)
    {
        int header = HeaderLength(sizes.Length);
        long length = header;
        long elements = 1;
        foreach (int size in sizes)
        {
            elements *= size;
        }

        byte[] bytes = new byte[checked((int)(length + elements))];
        long got = Unzip(path, bytes);
        CheckHeader(path, bytes.AsSpan(0, (int)Math.Min(got, header)), sizes);
        return got == bytes.Length
            ? bytes
            : throw new DataFileException(path, $"it holds {(got > bytes.Length ? "more" : "fewer")} than the {bytes.Length} bytes that its header promises", Remedy);
    }

    /// <summary>Bytes before the first element.</summary>
    public static int HeaderLength(int axes) => sizeof(int) * (1 + axes);

    private static long Unzip(string path, byte[] bytes)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            using GZipStream zip = new(file, CompressionMode.Decompress);
            long got = zip.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return got == bytes.Length && zip.ReadByte() >= 0 ? got + 1 : got;
        }
        catch (InvalidDataException exception)
        {
            throw new DataFileException(path, "the gzip data is damaged", Remedy, exception);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException(path, "the file is missing", "Give the folder that holds it.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"can't be read ({exception.Message.TrimEnd('.')})", "Check the file and its permissions.", exception);
        }
    }

    private static void CheckHeader(string path, ReadOnlySpan<byte> header, ReadOnlySpan<int> sizes)
    {
        int expected = (UnsignedBytes << 8) | sizes.Length;
        if (header.Length < HeaderLength(sizes.Length))
        {
            throw new DataFileException(path, $"it has {header.Length} bytes, fewer than an IDX header", Remedy);
        }

        int magic = BinaryPrimitives.ReadInt32BigEndian(header);
        if (magic != expected)
        {
            throw new DataFileException(path, $"it begins with 0x{magic:x8}, not with 0x{expected:x8} as an IDX file of bytes with {sizes.Length} axes", Remedy);
        }

        int[] got = new int[sizes.Length];
        for (int axis = 0; axis < got.Length; axis++)
        {
            got[axis] = BinaryPrimitives.ReadInt32BigEndian(header[HeaderLength(axis)..]);
        }

        if (!sizes.SequenceEqual(got))
        {
            throw new DataFileException(path, $"it says it holds {string.Join(" x ", got)} bytes, not {string.Join(" x ", sizes.ToArray())}", Remedy);
        }
    }
}

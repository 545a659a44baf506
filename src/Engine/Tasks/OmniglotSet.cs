using System.IO.Compression;
using System.Security.Cryptography;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// Omniglot in memory: 1,623 handwritten characters of 50 alphabets, each drawn once by 20 people, as 28 × 28 images.
/// Lake, Salakhutdinov and Tenenbaum (2015), "Human-level concept learning through probabilistic program induction", Science 350.
/// </summary>
/// <remarks>
/// On disk a folder holds <c>omniglot28.u8.gz</c> (gzip of one byte a pixel, shape <c>[class, drawer, row, column]</c>) and
/// <c>classes.csv</c>. A drawer is a person within one alphabet; the same number in two alphabets is not known to be the same person.
/// </remarks>
public sealed class OmniglotSet
{
    /// <summary>Characters.</summary>
    public const int ClassCount = 1623;

    /// <summary>Drawings of each character.</summary>
    public const int DrawerCount = 20;

    /// <summary>Rows, and columns, of an image.</summary>
    public const int Side = 28;

    /// <summary>The file of pixels within a folder.</summary>
    public const string PixelFileName = "omniglot28.u8.gz";

    /// <summary>The file of characters and splits within a folder.</summary>
    public const string ClassFileName = OmniglotClassTable.FileName;

    /// <summary>SHA-256 of the uncompressed pixels, in hexadecimal: every image, in its place.</summary>
    public const string PixelSha256 = "32b17fc95e1d2df254bab2e046f2d1f27d5d86c76ef550090a2add48aa21150d";

    internal const string Remedy = "Delete it and download the data again, or point to a good copy.";
    private const int PixelCount = ClassCount * DrawerCount * Side * Side;

    private OmniglotSet(byte[] pixels, IReadOnlyList<OmniglotClass> classes)
    {
        Images = new ImageSet(pixels, ClassCount, DrawerCount, Side);
        Classes = classes;
    }

    /// <summary>All images, shape <c>[class, drawer, row, column]</c>.</summary>
    public ImageSet Images { get; }

    /// <summary>The characters; element i has <see cref="OmniglotClass.Id"/> i.</summary>
    public IReadOnlyList<OmniglotClass> Classes { get; }

    /// <summary>Reads a folder and checks every byte of it.</summary>
    /// <param name="folder">Where both files are.</param>
    /// <exception cref="DataFileException">A file is missing, unreadable or damaged.</exception>
    public static OmniglotSet Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new DataFileException(folder, "there is no such folder", $"Give the folder that holds {PixelFileName} and {ClassFileName}.");
        }

        IReadOnlyList<OmniglotClass> classes = OmniglotClassTable.Read(folder);
        string path = Path.Combine(folder, PixelFileName);
        byte[] pixels = ReadPixels(path);
        return Fingerprint(pixels) == PixelSha256
            ? new OmniglotSet(pixels, classes)
            : throw new DataFileException(path, "the images are not those of Omniglot (SHA-256 differs)", Remedy);
    }

    /// <summary>A set from pixels made elsewhere, as from the original archives.</summary>
    /// <param name="pixels">Shape <c>[class, drawer, row, column]</c>; not copied.</param>
    /// <param name="classes">All characters in the order of their numbers.</param>
    /// <exception cref="ArgumentException">The sizes are wrong, or the pixels are not those of Omniglot (SHA-256).</exception>
    public static OmniglotSet FromPixels(byte[] pixels, IReadOnlyList<OmniglotClass> classes)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(classes);
        if (classes.Count != ClassCount || pixels.Length != PixelCount || Fingerprint(pixels) != PixelSha256)
        {
            throw new ArgumentException(
                $"OmniglotSet.FromPixels: needs {ClassCount} characters and {PixelCount} pixels with SHA-256 {PixelSha256}; "
                + $"got {classes.Count} characters and {pixels.Length} pixels with SHA-256 {Fingerprint(pixels)}.");
        }

        return new OmniglotSet(pixels, classes);
    }

    /// <summary>Numbers of the characters in one of the two lists of Lake et al.</summary>
    /// <param name="set">Which list.</param>
    public int[] ClassesIn(LakeSet set) => [.. Classes.Where(c => c.LakeSet == set).Select(c => c.Id)];

    /// <summary>Numbers of the characters in a part of the Vinyals split.</summary>
    /// <param name="split">Which part.</param>
    public int[] ClassesIn(VinyalsSplit split) => [.. Classes.Where(c => c.Vinyals == split).Select(c => c.Id)];

    /// <summary>Writes the two files; each appears whole under its name or not at all.</summary>
    /// <param name="folder">Created if missing.</param>
    /// <exception cref="DataFileException">The folder can't be written.</exception>
    public void Save(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        try
        {
            Directory.CreateDirectory(folder);
            WriteWhole(Path.Combine(folder, PixelFileName), stream =>
            {
                using GZipStream zip = new(stream, CompressionLevel.SmallestSize, leaveOpen: true);
                zip.Write(Images.Pixels);
            });
            WriteWhole(Path.Combine(folder, ClassFileName), stream =>
            {
                using StreamWriter writer = new(stream, leaveOpen: true);
                writer.Write(OmniglotClassTable.Format(Classes));
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(folder, $"can't be written ({exception.Message})", "Free space or give another folder.", exception);
        }
    }

    internal static DataFileException Unreadable(string path, Exception exception) => exception is FileNotFoundException
        ? new DataFileException(path, "the file is missing", $"The folder must hold {PixelFileName} and {ClassFileName}.", exception)
        : new DataFileException(path, $"can't be read ({exception.Message.TrimEnd('.')})", "Check the file and its permissions.", exception);

    private static byte[] ReadPixels(string path)
    {
        byte[] pixels = new byte[PixelCount];
        long got;
        try
        {
            using FileStream file = File.OpenRead(path);
            using GZipStream zip = new(file, CompressionMode.Decompress);
            got = zip.ReadAtLeast(pixels, PixelCount, throwOnEndOfStream: false);
            got += got == PixelCount && zip.ReadByte() >= 0 ? 1 : 0;
        }
        catch (InvalidDataException exception)
        {
            throw new DataFileException(path, "the gzip data is damaged", Remedy, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, exception);
        }

        return got == PixelCount
            ? pixels
            : throw new DataFileException(path, $"it holds {(got > PixelCount ? "more" : "fewer")} than {PixelCount} bytes of pixels", Remedy);
    }

    private static void WriteWhole(string path, Action<Stream> write)
    {
        string temporary = path + ".new";
        using (FileStream file = File.Create(temporary))
        {
            write(file);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static string Fingerprint(byte[] pixels) => Convert.ToHexStringLower(SHA256.HashData(pixels));
}

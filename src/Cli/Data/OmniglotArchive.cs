using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using FastDPMeta.Engine.Tasks;
using SkiaSharp;

namespace FastDPMeta.Cli.Data;

/// <summary>
/// Reads an original archive: <c>images_background/Greek/character07/0424_13.png</c> is drawer 13's drawing of the seventh Greek letter,
/// character 424 of all, 105 × 105 pixels of black ink on white.
/// </summary>
internal static partial class OmniglotArchive
{
    private const int OriginalSide = 105;
    private const int DarkBelow = 128;

    /// <summary>Writes all images of an archive, reduced to 28 × 28, to their places in <paramref name="pixels"/>.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="pixels">Shape <c>[class, drawer, 28, 28]</c>.</param>
    /// <param name="characters">Filled with the alphabet and the number within it of each character found, by its number less 1.</param>
    /// <param name="progress">Called with the number of images done.</param>
    /// <returns>How many images there were.</returns>
    /// <exception cref="InvalidDataException">The archive or an image in it is damaged or not what the name says.</exception>
    internal static int Read(string path, byte[] pixels, (string Alphabet, int Character)[] characters, Action<int> progress)
    {
        List<(int Class, int Drawer, byte[] Png)> images = [];
        using (ZipArchive archive = ZipFile.OpenRead(path))
        {
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                Match match = ImageName().Match(entry.FullName);
                if (match.Success)
                {
                    (int classId, int drawer) = Place(match, entry.FullName, pixels.Length);
                    characters[classId] = (match.Groups["alphabet"].Value, Number(match, "character"));
                    images.Add((classId, drawer, Bytes(entry)));
                }
            }
        }

        int done = 0;
        Parallel.ForEach(images, image =>
        {
            Decode(image.Png, Slot(pixels, image.Class, image.Drawer), $"character {image.Class + 1:D4}, drawer {image.Drawer + 1} of {Path.GetFileName(path)}");
            progress(Interlocked.Increment(ref done));
        });
        return images.Count;
    }

    private static Span<byte> Slot(byte[] pixels, int classId, int drawer)
    {
        const int Size = OmniglotSet.Side * OmniglotSet.Side;
        return pixels.AsSpan(((classId * OmniglotSet.DrawerCount) + drawer) * Size, Size);
    }

    /// <summary>One PNG to 28 × 28 bytes of ink.</summary>
    /// <exception cref="InvalidDataException">It is no PNG of 105 × 105 pixels.</exception>
    internal static void Decode(byte[] png, Span<byte> output, string name)
    {
        using SKData data = SKData.CreateCopy(png);
        using SKCodec? codec = SKCodec.Create(data);
        using SKBitmap? bitmap = codec is null ? null : SKBitmap.Decode(codec);
        if (bitmap is null || bitmap.Width != OriginalSide || bitmap.Height != OriginalSide)
        {
            throw new InvalidDataException($"{name} is not a picture of {OriginalSide} × {OriginalSide} pixels");
        }

        Span<byte> ink = stackalloc byte[OriginalSide * OriginalSide];
        for (int i = 0; i < ink.Length; i++)
        {
            ink[i] = bitmap.GetPixel(i % OriginalSide, i / OriginalSide).Green < DarkBelow ? (byte)1 : (byte)0; // grey: any channel will do
        }

        AreaDownsampling.Reduce(ink, OriginalSide, output, OmniglotSet.Side);
    }

    private static (int Class, int Drawer) Place(Match match, string name, int pixelCount)
    {
        int classId = Number(match, "code") - 1;
        int drawer = Number(match, "drawer") - 1;
        bool fits = classId >= 0 && drawer is >= 0 and < OmniglotSet.DrawerCount
            && (classId + 1L) * OmniglotSet.DrawerCount * OmniglotSet.Side * OmniglotSet.Side <= pixelCount;
        return fits ? (classId, drawer) : throw new InvalidDataException($"{name} has a number that Omniglot does not have");
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        const int LongestImage = 1 << 20; // the real ones have some 300 bytes
        if (entry.Length > LongestImage)
        {
            throw new InvalidDataException($"{entry.FullName} has {entry.Length} bytes, too many for such an image");
        }

        byte[] bytes = new byte[entry.Length];
        using Stream stream = entry.Open();
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^images_\w+/(?<alphabet>[^/]+)/character(?<character>\d{2})/(?<code>\d{4})_(?<drawer>\d{2})\.png$", RegexOptions.ExplicitCapture)]
    private static partial Regex ImageName();
}

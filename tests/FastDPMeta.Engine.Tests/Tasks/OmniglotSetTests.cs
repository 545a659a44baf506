using System.IO.Compression;
using System.Security.Cryptography;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Tasks;

public sealed class OmniglotSetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fastdpmeta-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void The_real_set_loads_and_has_the_published_splits()
    {
        OmniglotSet set = OmniglotSet.Load(RealFolder());
        Assert.Equal(964, set.ClassesIn(LakeSet.Background).Length);
        Assert.Equal(659, set.ClassesIn(LakeSet.Evaluation).Length);
        Assert.Equal([1028, 172, 423], Enum.GetValues<VinyalsSplit>().Select(split => set.ClassesIn(split).Length));
        Assert.Equal(50, set.Classes.Select(c => c.AlphabetId).Distinct().Count());
        double mean = 0;
        foreach (byte pixel in set.Images.Pixels)
        {
            mean += pixel;
        }

        Assert.Equal(20.531, mean / set.Images.Pixels.Length, 5e-4); // published with the data
    }

    [SkippableFact]
    public void Saving_and_loading_keeps_every_byte_and_leaves_nothing_else()
    {
        OmniglotSet set = OmniglotSet.Load(RealFolder());
        string copy = Path.Combine(_folder, "new", "folder");
        set.Save(copy);
        Assert.Equal(File.ReadAllText(Path.Combine(RealFolder(), OmniglotSet.ClassFileName)), File.ReadAllText(Path.Combine(copy, OmniglotSet.ClassFileName)));
        Assert.Equal(SHA256.HashData(set.Images.Pixels), SHA256.HashData(OmniglotSet.Load(copy).Images.Pixels));
        Assert.Equal(2, Directory.GetFileSystemEntries(copy).Length);
    }

    [Fact]
    public void A_missing_folder_says_what_it_should_hold() =>
        AssertRefused(Path.Combine(_folder, "nowhere"), "there is no such folder", "omniglot28.u8.gz", "classes.csv");

    [Fact]
    public void A_missing_class_list_is_named() => AssertRefused(_folder, "classes.csv: the file is missing");

    [Fact]
    public void A_missing_pixel_file_is_named()
    {
        WriteClasses();
        AssertRefused(_folder, "omniglot28.u8.gz: the file is missing");
    }

    [Theory]
    [InlineData(0, "class,code", "the first line")]
    [InlineData(5, "4,0005,0,A,5,background", "line 6")]
    [InlineData(5, "9,0005,0,A,5,background,train", "line 6")]
    [InlineData(5, "4,0005,0,A,5,foreground,train", "line 6")]
    [InlineData(5, "4,0005,0,A,5,background,none", "line 6")]
    public void A_damaged_class_list_names_the_line(int line, string text, string expected)
    {
        string[] lines = ClassLines();
        lines[line] = text;
        File.WriteAllLines(Path.Combine(_folder, OmniglotSet.ClassFileName), lines);
        AssertRefused(_folder, "classes.csv", expected);
    }

    [Fact]
    public void A_short_class_list_is_refused()
    {
        File.WriteAllLines(Path.Combine(_folder, OmniglotSet.ClassFileName), ClassLines()[..^1]);
        AssertRefused(_folder, "1622 characters, not 1623");
    }

    [Fact]
    public void Bytes_that_are_not_gzip_are_refused()
    {
        WriteClasses();
        File.WriteAllText(Path.Combine(_folder, OmniglotSet.PixelFileName), "<html>not found</html>");
        AssertRefused(_folder, "the gzip data is damaged");
    }

    [Theory]
    [InlineData(-1, "fewer than 25448640 bytes")]
    [InlineData(1, "more than 25448640 bytes")]
    [InlineData(0, "SHA-256 differs")]
    public void Wrong_pixels_are_refused(int surplus, string expected)
    {
        WriteClasses();
        using (FileStream file = File.Create(Path.Combine(_folder, OmniglotSet.PixelFileName)))
        using (GZipStream zip = new(file, CompressionLevel.Fastest))
        {
            zip.Write(new byte[(1623 * 20 * 28 * 28) + surplus]);
        }

        AssertRefused(_folder, expected);
    }

    private static void AssertRefused(string folder, params string[] parts)
    {
        DataFileException error = Assert.Throws<DataFileException>(() => OmniglotSet.Load(folder));
        Assert.All(parts, part => Assert.Contains(part, error.Message));
        Assert.DoesNotContain('\n', error.Message);
        Assert.Contains(folder, error.Message);
    }

    private static string[] ClassLines() =>
    [
        "class_id,code,alphabet_id,alphabet,character,lake_set,vinyals",
        .. Enumerable.Range(0, 1623).Select(id => $"{id},{id + 1:D4},0,A,{id + 1},background,train"),
    ];

    private void WriteClasses() => File.WriteAllLines(Path.Combine(_folder, OmniglotSet.ClassFileName), ClassLines());

    private static string RealFolder()
    {
        Skip.IfNot(SharedFolder.TryFind("data/omniglot", out string folder), SharedFolder.Missing("data/omniglot"));
        return folder;
    }
}

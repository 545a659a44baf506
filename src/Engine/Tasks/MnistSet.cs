using System.Security.Cryptography;
using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// MNIST in memory: 70,000 handwritten digits as 28 × 28 images (LeCun, Bottou, Bengio and Haffner 1998, "Gradient-based learning applied to document
/// recognition", Proc. IEEE 86). On disk a folder holds the four original files, compressed with gzip.
/// </summary>
/// <remarks>
/// Inputs are (pixel / 255 - 0.1307) / 0.3081: the mean and deviation of the training images, known to everybody and used here as public constants. About 250
/// people wrote the training digits, each many of them: protecting single examples does not protect a writer.
/// </remarks>
public sealed class MnistSet
{
    /// <summary>Examples to train on.</summary>
    public const int TrainingCount = 60_000;

    /// <summary>Examples to test on, by other writers.</summary>
    public const int TestCount = 10_000;

    /// <summary>Rows, and columns, of an image.</summary>
    public const int Side = 28;

    private const float Mean = 0.1307f, Deviation = 0.3081f;

    private MnistSet(ExampleSet training, ExampleSet test) => (Training, Test) = (training, test);

    /// <summary>Shape of one image: one channel of 28 × 28.</summary>
    public static Shape ImageShape { get; } = new(new Axis(1, "channel"), new Axis(Side, "height"), new Axis(Side, "width"));

    /// <summary>The names of the four files.</summary>
    public static IReadOnlyList<string> FileNames { get; } = [.. Files.Select(file => file.Name)];

    /// <summary>Training examples: images and digits.</summary>
    public ExampleSet Training { get; }

    /// <summary>Test examples.</summary>
    public ExampleSet Test { get; }

    private static MnistFile[] Files =>
    [
        new("train-images-idx3-ubyte.gz", TrainingCount, true, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        new("train-labels-idx1-ubyte.gz", TrainingCount, false, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        new("t10k-images-idx3-ubyte.gz", TestCount, true, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        new("t10k-labels-idx1-ubyte.gz", TestCount, false, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    ];

    /// <summary>Reads a folder and checks every byte of it, by SHA-256 of what the files hold.</summary>
    /// <param name="folder">Where the four files are.</param>
    /// <exception cref="DataFileException">A file is missing, unreadable, damaged, or not the original's content.</exception>
    public static MnistSet Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new DataFileException(folder, "there is no such folder", $"Give the folder that holds {string.Join(", ", FileNames)}.");
        }

        byte[][] contents = [.. Files.Select(file => Read(Path.Combine(folder, file.Name), file))];
        return new MnistSet(Examples(contents[0], contents[1]), Examples(contents[2], contents[3]));
    }

    /// <summary>Reads one of the four files, to see whether it is good.</summary>
    /// <param name="path">The file; its name may differ.</param>
    /// <param name="name">Which of <see cref="FileNames"/> it should be.</param>
    /// <exception cref="ArgumentException">There is no such name.</exception>
    /// <exception cref="DataFileException">The file is missing, unreadable, damaged, or not the original's content.</exception>
    public static void Check(string path, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        MnistFile file = Array.Find(Files, file => file.Name == name)
            ?? throw new ArgumentException($"MnistSet.Check: there is no {name}; the files are {string.Join(", ", FileNames)}.", nameof(name));
        Read(path, file);
    }

    private static byte[] Read(string path, MnistFile file)
    {
        byte[] bytes = file.Images ? IdxFile.Read(path, file.Count, Side, Side) : IdxFile.Read(path, file.Count);
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == file.Sha256
            ? bytes
            : throw new DataFileException(path, "the content is not that of MNIST (SHA-256 differs)", IdxFile.Remedy);
    }

    private static ExampleSet Examples(byte[] images, byte[] labels) =>
        ExampleSet.FromBytes(ImageShape, images[IdxFile.HeaderLength(3)..], labels[IdxFile.HeaderLength(1)..], Mean, Deviation);

    /// <param name="Name">As its origin names it.</param>
    /// <param name="Count">Examples.</param>
    /// <param name="Images">Images, or labels.</param>
    /// <param name="Sha256">Of the uncompressed bytes.</param>
    private sealed record MnistFile(string Name, int Count, bool Images, string Sha256);
}

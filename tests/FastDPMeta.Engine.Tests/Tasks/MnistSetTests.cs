using System.Buffers.Binary;
using System.IO.Compression;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Tasks;

public sealed class MnistSetTests : IDisposable
{
    private const string TestLabels = "t10k-labels-idx1-ubyte.gz";
    private readonly string _folder = Directory.CreateTempSubdirectory("fastdpmeta-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void The_real_set_loads_with_the_published_counts_and_mean()
    {
        Skip.IfNot(SharedFolder.TryFind("data/mnist", out string folder), SharedFolder.Missing("data/mnist"));
        MnistSet set = MnistSet.Load(folder);
        float[] input = new float[MnistSet.ImageShape.Count];
        float[] label = new float[1];
        int[] digits = new int[10];
        double sum = 0;
        for (int example = 0; example < set.Test.Count; example++)
        {
            set.Test.Fill(example, input, label);
            digits[(int)label[0]]++;
            sum += input.Sum(value => (double)value);
        }

        Assert.Equal((60_000, 10_000), (set.Training.Count, set.Test.Count));
        Assert.Equal([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009], digits);
        Assert.Equal(0.1325, (sum / (10_000 * 784) * 0.3081) + 0.1307, 1e-4); // the test images' mean
    }

    [Fact]
    public void A_missing_folder_or_file_is_named_with_what_it_should_hold()
    {
        AssertRefused(() => MnistSet.Load(Path.Combine(_folder, "nowhere")), "there is no such folder", "train-images-idx3-ubyte.gz");
        AssertRefused(() => MnistSet.Load(_folder), "train-images-idx3-ubyte.gz: the file is missing");
    }

    [Fact]
    public void A_file_that_is_no_gzip_is_refused()
    {
        File.WriteAllText(PathOf(TestLabels), "<html>not found</html>");
        AssertRefused(Check, "the gzip data is damaged", "Delete it");
    }

    [Fact]
    public void A_file_cut_short_is_refused()
    {
        Write(Header(0x801, 10_000), 10_000);
        byte[] bytes = File.ReadAllBytes(PathOf(TestLabels));
        File.WriteAllBytes(PathOf(TestLabels), bytes[..(bytes.Length / 2)]);
        AssertRefused(Check, TestLabels);
    }

    [Theory]
    [InlineData(0x803, 10_000, 10_000, "begins with 0x00000803, not with 0x00000801")]
    [InlineData(0x801, 60_000, 10_000, "says it holds 60000 bytes, not 10000")]
    [InlineData(0x801, 10_000, 9_999, "fewer than the 10008 bytes")]
    [InlineData(0x801, 10_000, 10_001, "more than the 10008 bytes")]
    [InlineData(0x801, 10_000, 10_000, "SHA-256 differs")]
    public void A_file_of_another_kind_size_or_content_is_refused(int magic, int count, int bytes, string expected)
    {
        Write(Header(magic, count), bytes);
        AssertRefused(Check, expected, TestLabels);
    }

    [Fact]
    public void A_file_without_a_whole_header_is_refused()
    {
        Write([0, 0, 8], 0);
        AssertRefused(Check, "fewer than an IDX header");
    }

    [Fact]
    public void Arrays_and_bytes_give_the_same_examples()
    {
        byte[] pixels = [0, 255, 51, 102];
        ExampleSet bytes = ExampleSet.FromBytes(new Shape(2), pixels, [3, 4], mean: 0.2f, deviation: 0.5f);
        ExampleSet numbers = ExampleSet.FromArrays(new Shape(2), [.. pixels.Select(pixel => ((pixel / 255f) - 0.2f) / 0.5f)], [3, 4]);
        foreach (int example in (int[])[1, 0])
        {
            float[] first = new float[2], second = new float[2], label = new float[1], other = new float[1];
            bytes.Fill(example, first, label);
            numbers.Fill(example, second, other);
            Assert.Equal(second, first);
            Assert.Equal(example + 3f, label[0]);
            Assert.Equal(label, other);
        }
    }

    [Fact]
    public void Arrays_that_do_not_fit_each_other_are_refused()
    {
        Assert.Contains("got 5 and 2 numbers", Assert.Throws<ArgumentException>(() => ExampleSet.FromArrays(new Shape(2), new float[5], new float[2])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ExampleSet.FromArrays(new Shape(2), [], []));
        Assert.Throws<ArgumentException>(() => ExampleSet.FromArrays(new Shape(2), new float[4], new Shape(3), new float[7]));
        Assert.Throws<ArgumentException>(() => ExampleSet.FromBytes(new Shape(1), new byte[1], new byte[1], deviation: 0));
    }

    private void Check() => MnistSet.Check(PathOf(TestLabels), TestLabels);

    private static void AssertRefused(Action action, params string[] parts)
    {
        DataFileException error = Assert.Throws<DataFileException>(action);
        Assert.DoesNotContain('\n', error.Message);
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private static byte[] Header(int magic, int count)
    {
        byte[] header = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(header, magic);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), count);
        return header;
    }

    private void Write(byte[] header, int bytes)
    {
        using FileStream file = File.Create(PathOf(TestLabels));
        using GZipStream zip = new(file, CompressionLevel.Fastest);
        zip.Write(header);
        zip.Write([.. Enumerable.Range(0, bytes).Select(i => (byte)(i * 7))]);
    }
}
